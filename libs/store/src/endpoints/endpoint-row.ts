import type { Endpoint, Id, Withdrawal } from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { EndpointModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

/** What an endpoint's row refers to by id and the API shows by name. */
export interface EndpointNames {
  readonly service: { readonly name: string; readonly namespace: string };
  readonly node: { readonly name: string } | null;
  readonly pod: { readonly name: string } | null;
}

/** Reads those names along with the row. */
export const endpointNames = {
  service: { select: { name: true, namespace: true } },
  node: { select: { name: true } },
  pod: { select: { name: true } },
} as const;

/** A row as the API shows it. */
export function endpointOf(row: EndpointModel & EndpointNames): Endpoint {
  const { weight, ready, serving } = row;
  const withdrawn = row.withdrawn as Withdrawal | null;
  const terminating = row.terminating || withdrawn === 'NodeDraining';
  return {
    id: row.id as Id<'endpoint'>,
    service: row.service.name,
    namespace: row.service.namespace,
    portName: row.portName === '' ? null : row.portName,
    ip: row.ip,
    port: row.port,
    node: row.node?.name ?? null,
    pod: row.pod?.name ?? null,
    weight,
    conditions: { ready, serving, terminating },
    withdrawn,
    ...systemFields(row),
  };
}

export function endpointVersion(type: Version['type'], object: Endpoint): Version {
  return { kind: 'endpoint', type, id: object.id, namespace: object.namespace, nodeId: null, dataplaneRevision: null, object };
}
