import type { Tables } from '../database/database.ts';
import type { ServiceModel } from '../generated/models.ts';

/** Writes the row of a new service. It says all that the row has, so nobody waits for it: the commit does. */
export function insertService(tables: Tables, row: ServiceModel): void {
  void tables.$executeRaw`
    INSERT INTO service (id, namespace, name, labels, label_terms, type, selector, selector_terms, cluster_ip, external_name, ports, traffic,
      publish_not_ready_addresses, allocate_load_balancer_node_ports, endpoints_ready, endpoints_total, generation, revision, dataplane_revision,
      created_at, updated_at)
    VALUES (${row.id}, ${row.namespace}, ${row.name}, ${JSON.stringify(row.labels)}::jsonb, ${row.labelTerms}::text[], ${row.type},
      ${row.selector === null ? null : JSON.stringify(row.selector)}::jsonb, ${row.selectorTerms}::text[], ${row.clusterIp}::inet, ${row.externalName},
      ${JSON.stringify(row.ports)}::jsonb, ${JSON.stringify(row.traffic)}::jsonb, ${row.publishNotReadyAddresses}, ${row.allocateLoadBalancerNodePorts},
      ${row.endpointsReady}, ${row.endpointsTotal}, ${row.generation}, ${row.revision}, ${row.dataplaneRevision}, ${row.createdAt}, ${row.updatedAt})`;
}
