import type { Condition, Id, Labels, NodeProgress, Service, ServicePhase, ServicePort, ServiceTraffic, ServiceType } from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { ServiceModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

/** A service as it is stored: how far it has come on the nodes is added when it is read. */
export type StoredService = Omit<Service, 'status'> & {
  readonly endpoints: { readonly ready: number; readonly total: number };
  /** The last revision at which a dataplane had to know something new; null for a service without an address, which none knows. */
  readonly dataplaneRevision: number | null;
};

export function storedService(row: ServiceModel): StoredService {
  return {
    id: row.id as Id<'service'>,
    name: row.name,
    namespace: row.namespace,
    labels: row.labels as Labels,
    type: row.type as ServiceType,
    selector: row.selector as Labels | null,
    clusterIP: row.type === 'ExternalName' ? null : (row.clusterIp ?? 'None'),
    ports: row.ports as ServicePort[],
    ...(row.traffic as ServiceTraffic),
    externalName: row.externalName,
    publishNotReadyAddresses: row.publishNotReadyAddresses,
    allocateLoadBalancerNodePorts: row.allocateLoadBalancerNodePorts,
    ...systemFields(row),
    endpoints: { ready: row.endpointsReady, total: row.endpointsTotal },
    dataplaneRevision: row.clusterIp === null ? null : Number(row.dataplaneRevision),
  };
}

export function serviceVersion(type: Version['type'], row: ServiceModel): Version {
  const object = storedService(row);
  return { kind: 'service', type, id: row.id, namespace: row.namespace, nodeId: null, dataplaneRevision: object.dataplaneRevision, object };
}

export function aboutService({ id, namespace, name }: { readonly id: string; readonly namespace: string; readonly name: string }) {
  return { kind: 'service', id, namespace, name };
}

const CONDITION: Record<ServicePhase, Pick<Condition, 'status' | 'reason'>> = {
  Programmed: { status: 'True', reason: 'AppliedEverywhere' },
  Pending: { status: 'False', reason: 'WaitingForNodes' },
  Frozen: { status: 'False', reason: 'NodesFrozen' },
  Failed: { status: 'False', reason: 'NodeFailed' },
};

/** A service that no node knows has nothing to come to any of them. */
const ON_NO_NODE: NodeProgress = { desired: 0, applied: 0, failed: 0, stale: 0, frozen: 0, waitingFor: [] };

/** A service as the API shows it, with how far it has come on the nodes of the fleet. */
export function serviceOf(
  { endpoints, dataplaneRevision, ...service }: StoredService,
  progress: (revision: number) => NodeProgress,
): Service {
  const nodes = dataplaneRevision === null ? ON_NO_NODE : progress(dataplaneRevision);
  const phase = nodes.failed > 0 ? 'Failed' : nodes.stale > 0 ? 'Pending' : nodes.frozen > 0 ? 'Frozen' : 'Programmed';
  const programmed: Condition = {
    type: 'Programmed',
    ...CONDITION[phase],
    message: `${nodes.applied} of ${nodes.desired} nodes have applied it${nodes.frozen > 0 ? `; ${nodes.frozen} are frozen` : ''}`,
    observedGeneration: service.generation,
    lastTransitionTime: service.updatedAt,
  };
  return { ...service, status: { phase, conditions: [programmed], endpoints, nodes } };
}
