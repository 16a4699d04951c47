import { ProblemError, type Withdrawal } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { lockServiceOfEndpoint } from '../database/locks.ts';
import type { ServiceModel } from '../generated/models.ts';
import { found } from '../read/not-found.ts';
import type { NamedEndpoint } from './by-hand.ts';

/** An endpoint that nobody else changes meanwhile. */
export interface LockedEndpoint {
  readonly endpoint: NamedEndpoint;
  readonly service: ServiceModel;
  /** What its node does to it, which stays so until the commit. */
  readonly withdrawal: Withdrawal | null;
}

type EndpointRow = Omit<NamedEndpoint, 'service' | 'node' | 'pod'> & {
  readonly nodeName: string | null;
  readonly podName: string | null;
  readonly withdrawal: Withdrawal | null;
};

/**
 * Locks the service of an endpoint for others who change its endpoints by hand, and reads both: all of it is sent together, and each statement sees what those whose locks it waited for have
 * done. Throws ProblemError NotFound, and InUse when a pod is its reason.
 */
export async function lockEndpoint(tables: Tables, id: string): Promise<LockedEndpoint> {
  lockServiceOfEndpoint(tables, id);
  void tables.$executeRaw`SELECT 1 FROM node n JOIN endpoint e ON e.node_id = n.id WHERE e.id = ${id} FOR SHARE OF n`;
  const [endpoints, services] = await Promise.all([
    tables.$queryRaw<EndpointRow[]>`
      SELECT e.id, e.service_id AS "serviceId", e.port_name AS "portName", e.ip, e.port, e.node_id AS "nodeId", e.pod_id AS "podId",
        e.weight, e.ready, e.serving, e.terminating, e.withdrawn, e.generation, e.revision, e.created_at AS "createdAt", e.updated_at AS "updatedAt",
        n.name AS "nodeName", p.name AS "podName",
        CASE WHEN n.drain IS NOT NULL THEN 'NodeDraining' WHEN n.withdrawn THEN 'NodeNotReady' END AS withdrawal
      FROM endpoint e LEFT JOIN node n ON n.id = e.node_id LEFT JOIN pod p ON p.id = e.pod_id WHERE e.id = ${id}`,
    tables.$queryRaw<ServiceModel[]>`
      SELECT s.id, s.namespace, s.name, s.labels, s.label_terms AS "labelTerms", s.type, s.selector, s.selector_terms AS "selectorTerms",
        s.cluster_ip AS "clusterIp", s.external_name AS "externalName", s.ports, s.traffic, s.publish_not_ready_addresses AS "publishNotReadyAddresses",
        s.allocate_load_balancer_node_ports AS "allocateLoadBalancerNodePorts", s.endpoints_ready AS "endpointsReady",
        s.endpoints_total AS "endpointsTotal", s.generation, s.revision, s.dataplane_revision AS "dataplaneRevision",
        s.created_at AS "createdAt", s.updated_at AS "updatedAt"
      FROM service s JOIN endpoint e ON e.service_id = s.id WHERE e.id = ${id}`,
  ]);
  const { nodeName, podName, withdrawal, ...columns } = found(endpoints[0] ?? null, 'endpoint', id);
  const service = found(services[0] ?? null, 'endpoint', id);
  if (podName !== null) throw new ProblemError('InUse', `the endpoint is there because of pod ${podName}, which the service selects`);
  const node = nodeName === null ? null : { name: nodeName };
  return { endpoint: { ...columns, service, node, pod: null }, service, withdrawal };
}
