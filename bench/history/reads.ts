import { quantile, type Row } from '../row.ts';
import { type Cluster, cluster, timed } from './cluster.ts';

const SERVICES = 10_000;
const RUNS = 15;
/** How often each service changed since. */
const VERSIONS = 20;

/** Makes services with two endpoints each, and a history of them, as rows: what they hold of addresses is not there. */
async function populate({ sql }: Cluster): Promise<void> {
  await sql.query(`
    UPDATE revision_counter SET revision = 100000, fleet_revision = 100000;
    INSERT INTO service (id, namespace, name, labels, label_terms, type, selector, selector_terms, cluster_ip, ports, traffic,
      publish_not_ready_addresses, allocate_load_balancer_node_ports, revision, dataplane_revision, created_at, updated_at)
    SELECT 'svc_' || n, 'default', 'svc-' || n, '{}', '{}', 'ClusterIP', NULL, '{}', '198.19.0.0'::inet + n,
      '[{"name":null,"protocol":"TCP","port":80,"targetPort":8080,"nodePort":null}]', '{"sessionAffinity":"None"}', false, true, 10, 10, now(), now()
    FROM generate_series(1, ${SERVICES}) n;
    INSERT INTO endpoint (id, service_id, port_name, ip, port, weight, ready, serving, terminating, revision, created_at, updated_at)
    SELECT 'ep_' || n || 'x' || e, 'svc_' || n, '', '10.0.0.0'::inet + n * 2 + e, 8080, 1, true, true, false, 10, now(), now()
    FROM generate_series(1, ${SERVICES}) n, generate_series(0, 1) e;
    INSERT INTO desired_version (object_id, revision, kind, body)
    SELECT id, r * 10, 'service', body FROM desired_service, generate_series(1, ${VERSIONS}) r;
    INSERT INTO desired_version (object_id, revision, kind, service_id, body)
    SELECT id, r * 10, 'endpoint', service_id, body FROM desired_endpoint, generate_series(1, ${VERSIONS}) r;
    ANALYZE;`);
}

/** Services with the shape of what pulls send, read from the tables themselves, as if there were no views. */
const BARE = `
  SELECT json_agg(json_build_object('id', id, 'revision', dataplane_revision, 'name', name, 'namespace', namespace,
    'clusterIP', host(cluster_ip), 'ports', ports, 'traffic', traffic, 'endpoints', (
      SELECT COALESCE(json_agg(json_build_object('portName', port_name, 'ip', host(ip), 'port', port, 'node', node_id,
        'weight', weight, 'terminating', NOT ready) ORDER BY ip, port), '[]')
      FROM endpoint WHERE service_id = service.id AND (ready OR serving AND (terminating OR withdrawn IS NOT NULL)))) ORDER BY id)
  FROM service WHERE cluster_ip IS NOT NULL`;

async function times(work: () => Promise<unknown>): Promise<number> {
  await work();
  const took: number[] = [];
  for (let run = 0; run < RUNS; run += 1) took.push(await timed(work));
  return quantile(took, 0.5);
}

/** What reading costs at the size of a large fleet. */
export async function reads(server: string): Promise<Row[]> {
  const fleet = await cluster(server, 'bench_reads');
  await populate(fleet);
  const { store, sql, nodeId } = fleet;
  const bare = await times(() => sql.query(BARE));
  const views = await times(() =>
    sql.query(`SELECT json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id) FROM desired_service`),
  );
  const snapshot = await times(() => store.agent.pull(nodeId, null));
  const { epoch } = await store.cluster.get();
  const delta = await times(() => store.agent.pull(nodeId, { epoch, revision: 99_999 }));
  const rebuilt = await times(() => store.past.desired(nodeId, 150));
  await fleet.close();
  const row = (name: string, value: number, floor: number | null, floorName: string | null): Row => ({
    area: 'history',
    name,
    size: SERVICES,
    unit: 'ms',
    value,
    floor,
    floorName,
    peer: null,
    peerName: null,
    runs: RUNS,
  });
  return [
    row('services of a snapshot, in SQL', views, bare, 'the same from the tables'),
    row('pull of a snapshot', snapshot, bare, 'its services, in SQL'),
    row('pull of nothing new', delta, null, null),
    row(`a state rebuilt from ${(SERVICES * 3 * VERSIONS) / 1_000},000 versions`, rebuilt, snapshot, 'pull of a snapshot'),
  ];
}
