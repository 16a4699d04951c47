import type { Stamp, Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { EndpointModel } from '../generated/models.ts';
import { newId } from '../new-id.ts';
import { type ChangedEndpoint, concernsDataplane, type EndpointDifference } from './derived.ts';
import { endpointOf, endpointVersion } from './endpoint-row.ts';

interface WrittenEndpoint extends EndpointModel {
  readonly serviceName: string;
  readonly namespace: string;
  readonly nodeName: string | null;
  readonly podName: string | null;
}

const named = (name: string | null) => (name === null ? null : { name });

/**
 * Carries out one statement on endpoints and gives what it wrote, or deleted, as history. A service may have hundreds of endpoints: they are
 * written and read in one statement, whose text is the same however many there are.
 */
async function write(tables: Tables, type: Version['type'], statement: Prisma.Sql): Promise<Version[]> {
  const rows = await tables.$queryRaw<WrittenEndpoint[]>`
    WITH e AS (${statement} RETURNING endpoint.*)
    SELECT e.id, e.service_id AS "serviceId", e.port_name AS "portName", e.ip, e.port, e.node_id AS "nodeId", e.pod_id AS "podId",
      e.weight, e.ready, e.serving, e.terminating, e.withdrawn, e.generation, e.revision, e.created_at AS "createdAt", e.updated_at AS "updatedAt",
      s.name AS "serviceName", s.namespace, n.name AS "nodeName", p.name AS "podName"
    FROM e JOIN service s ON s.id = e.service_id LEFT JOIN node n ON n.id = e.node_id LEFT JOIN pod p ON p.id = e.pod_id
    ORDER BY e.id`;
  return rows.map((row) => {
    const { serviceName, namespace, nodeName, podName } = row;
    const service = { name: serviceName, namespace };
    return endpointVersion(type, endpointOf({ ...row, service, node: named(nodeName), pod: named(podName) }));
  });
}

const idsOf = (endpoints: readonly EndpointModel[]) => endpoints.map((endpoint) => endpoint.id);

/** Deletes endpoints; the versions are how they were. */
async function remove(tables: Tables, endpoints: readonly EndpointModel[]): Promise<Version[]> {
  if (endpoints.length === 0) return [];
  return write(tables, 'DELETED', Prisma.sql`DELETE FROM endpoint WHERE id = ANY (${idsOf(endpoints)}::text[])`);
}

/** Puts endpoints into the states they are to be in. */
async function change(tables: Tables, { revision, at }: Stamp, changed: readonly ChangedEndpoint[]): Promise<Version[]> {
  if (changed.length === 0) return [];
  const states = changed.map(({ endpoint, state }) => ({ ...state, id: endpoint.id }));
  const statement = Prisma.sql`
    UPDATE endpoint SET weight = s.weight, ready = s.ready, serving = s.serving, terminating = s.terminating, withdrawn = s.withdrawn,
      revision = ${revision}, updated_at = ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb) AS s (id text, weight integer, ready boolean, serving boolean, terminating boolean, withdrawn text)
    WHERE endpoint.id = s.id`;
  return write(tables, 'MODIFIED', statement);
}

async function add(tables: Tables, { revision, at }: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  const rows = differences.flatMap(({ service, added }) =>
    added.map((endpoint) => ({
      ...endpoint,
      id: endpoint.id ?? newId('endpoint'),
      serviceId: service.id,
      portName: endpoint.portName ?? '',
    })),
  );
  if (rows.length === 0) return [];
  const statement = Prisma.sql`
    INSERT INTO endpoint (id, service_id, port_name, ip, port, node_id, pod_id, weight, ready, serving, terminating, withdrawn,
      revision, created_at, updated_at)
    SELECT a.id, a."serviceId", a."portName", a.ip, a.port, a."nodeId", a."podId", a.weight, a.ready, a.serving, a.terminating, a.withdrawn,
      ${revision}, ${at}::timestamptz, ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS a (id text, "serviceId" text, "portName" text, ip inet, port integer, "nodeId" text, "podId" text,
        weight integer, ready boolean, serving boolean, terminating boolean, withdrawn text)`;
  return write(tables, 'ADDED', statement);
}

/** Carries out differences on the endpoints. The rows of their services are the caller's to stamp. */
export async function applyDifferences(tables: Tables, stamp: Stamp, differences: readonly EndpointDifference[]): Promise<Version[]> {
  const removed = differences.flatMap((difference) => difference.removed);
  const changed = differences.flatMap((difference) => difference.changed);
  return (await Promise.all([remove(tables, removed), change(tables, stamp, changed), add(tables, stamp, differences)])).flat();
}

/** How much a difference changes the counts of its service's endpoints. */
export function countsOf({ added, removed, changed }: EndpointDifference): { readonly total: number; readonly ready: number } {
  const ready = (endpoints: readonly { readonly ready: boolean }[]) => endpoints.filter((one) => one.ready).length;
  const before = changed.map(({ endpoint }) => endpoint);
  const after = changed.map(({ state }) => state);
  return { total: added.length - removed.length, ready: ready(added) - ready(removed) + ready(after) - ready(before) };
}

/** The columns of a service that change with its endpoints. Counts are changed and not set: others change them in the same way. */
export function endpointColumns({ revision, at }: Stamp, difference: EndpointDifference) {
  const { total, ready } = countsOf(difference);
  return {
    endpointsTotal: { increment: total },
    endpointsReady: { increment: ready },
    revision,
    updatedAt: at,
    ...(concernsDataplane(difference) ? { dataplaneRevision: revision } : {}),
  };
}
