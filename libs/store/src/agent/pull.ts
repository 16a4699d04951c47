import type {
  Backend,
  DesiredEndpoint,
  DesiredNode,
  DesiredPod,
  DesiredPull,
  DesiredService,
  Id,
  PodLink,
  PodPort,
  PodRuntime,
  ReadinessProbe,
  ServicePort,
} from '@weft/model';
import { networkOf, readCluster } from '../cluster.ts';
import type { Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';

async function desiredNodes(tables: Tables, since: bigint): Promise<DesiredNode[]> {
  const rows = await tables.node.findMany({ where: { dataplaneRevision: { gt: since } }, orderBy: { id: 'asc' } });
  return rows.map((row) => ({
    id: row.id as Id<'node'>,
    revision: Number(row.dataplaneRevision),
    name: row.name,
    backend: row.backend as Backend,
    podLink: row.podLink as PodLink,
    address: row.address,
    mtu: row.mtu,
    podBlocks: row.podBlocks,
  }));
}

async function desiredPods(tables: Tables, nodeId: string, since: bigint): Promise<DesiredPod[]> {
  const rows = await tables.pod.findMany({ where: { nodeId, dataplaneRevision: { gt: since } }, orderBy: { id: 'asc' } });
  return rows.map((row) => ({
    id: row.id as Id<'pod'>,
    revision: Number(row.dataplaneRevision),
    name: row.name,
    namespace: row.namespace,
    ip: row.ip,
    ports: row.ports as PodPort[],
    readinessProbe: row.readinessProbe as ReadinessProbe | null,
    runtime: row.runtime as PodRuntime,
  }));
}

interface ReadyEndpoint extends DesiredEndpoint {
  readonly serviceId: string;
  readonly portName: string;
}

/** The ready endpoints of services that changed, by service and port, in the order of their addresses. */
async function readyEndpoints(tables: Tables, since: bigint): Promise<Map<string, DesiredEndpoint[]>> {
  const rows = await tables.$queryRaw<ReadyEndpoint[]>`
    SELECT e.service_id AS "serviceId", e.port_name AS "portName", e.ip, e.port
    FROM endpoint e JOIN service s ON s.id = e.service_id
    WHERE e.ready AND s.cluster_ip IS NOT NULL AND s.dataplane_revision > ${since}
    ORDER BY e.ip, e.port`;
  return Map.groupBy(rows, ({ serviceId, portName }) => `${serviceId} ${portName}`) as Map<string, DesiredEndpoint[]>;
}

async function desiredServices(tables: Tables, since: bigint): Promise<DesiredService[]> {
  const rows = await tables.service.findMany({
    where: { clusterIp: { not: null }, dataplaneRevision: { gt: since } },
    orderBy: { id: 'asc' },
  });
  if (rows.length === 0) return [];
  const endpoints = await readyEndpoints(tables, since);
  return rows.map((row) => ({
    id: row.id as Id<'service'>,
    revision: Number(row.dataplaneRevision),
    name: row.name,
    namespace: row.namespace,
    clusterIP: row.clusterIp ?? '',
    ports: (row.ports as ServicePort[]).map(({ name, protocol, port, nodePort }) => ({
      name,
      protocol,
      port,
      nodePort,
      endpoints: (endpoints.get(`${row.id} ${name ?? ''}`) ?? []).map((endpoint) => ({ ip: endpoint.ip, port: endpoint.port })),
    })),
  }));
}

/** Ids of what was deleted after a revision and this node may hold. */
async function removedSince(tables: Tables, nodeId: string, since: bigint): Promise<string[]> {
  const rows = await tables.objectVersion.findMany({
    where: {
      type: 'DELETED',
      revision: { gt: since },
      OR: [{ kind: { in: ['node', 'service'] } }, { kind: 'pod', nodeId }],
    },
    select: { objectId: true },
    orderBy: { objectId: 'asc' },
  });
  return rows.map((row) => row.objectId);
}

/** versionsChecksum of @weft/model over everything this node must hold, computed where the rows are. */
async function checksumFor(tables: Tables, nodeId: string): Promise<string> {
  const [row] = await tables.$queryRaw<{ checksum: string }[]>`
    SELECT encode(sha256(convert_to(COALESCE(string_agg(version, E'\n' ORDER BY version COLLATE "C"), ''), 'UTF8')), 'hex') AS checksum
    FROM (
      SELECT id || '@' || dataplane_revision AS version FROM node
      UNION ALL SELECT id || '@' || dataplane_revision FROM pod WHERE node_id = ${nodeId}
      UNION ALL SELECT id || '@' || dataplane_revision FROM service WHERE cluster_ip IS NOT NULL
    ) versions`;
  return row?.checksum ?? '';
}

/** What a node has to make true. Reads in one snapshot of the database. */
export async function pullDesired(
  tables: Tables,
  nodeId: string,
  since: { readonly epoch: string; readonly revision: number } | null,
): Promise<DesiredPull> {
  found(await tables.node.findUnique({ where: { id: nodeId }, select: { id: true } }), 'node', nodeId);
  const cluster = await readCluster(tables);
  const { oldest } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  const delta = since !== null && since.epoch === cluster.epoch && since.revision >= Number(oldest) && since.revision <= cluster.revision;
  // Revisions start at 1: after 0 is everything.
  const after = delta ? BigInt(since.revision) : 0n;
  return {
    kind: delta ? 'delta' : 'snapshot',
    epoch: cluster.epoch,
    revision: cluster.revision,
    checksum: await checksumFor(tables, nodeId),
    cluster: networkOf(cluster),
    nodes: await desiredNodes(tables, after),
    pods: await desiredPods(tables, nodeId, after),
    services: await desiredServices(tables, after),
    removed: delta ? await removedSince(tables, nodeId, after) : [],
  };
}
