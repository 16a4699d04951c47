import { type Figure, figure } from '../harness/figure.ts';
import { inTurns, timed } from '../harness/in-turns.ts';
import { type Cluster, cluster } from './cluster.ts';

const RUNS = 15;
/** How often each service changed since. */
const VERSIONS = 20;

/** Makes services with two endpoints each, and a history of them, as rows: what they hold of addresses is not there. */
export async function populate({ sql }: Cluster, services: number): Promise<void> {
  await sql.query(`
    UPDATE revision_counter SET revision = 100000, fleet_revision = 100000;
    INSERT INTO service (id, namespace, name, labels, label_terms, type, selector, selector_terms, cluster_ip, ports, traffic,
      publish_not_ready_addresses, allocate_load_balancer_node_ports, revision, dataplane_revision, created_at, updated_at)
    SELECT 'svc_' || n, 'default', 'svc-' || n, '{}', '{}', 'ClusterIP', NULL, '{}', '198.19.0.0'::inet + n,
      '[{"name":null,"protocol":"TCP","port":80,"targetPort":8080,"nodePort":null}]', '{"sessionAffinity":"None"}', false, true, 10, 10, now(), now()
    FROM generate_series(1, ${services}) n;
    INSERT INTO endpoint (id, service_id, port_name, ip, port, weight, ready, serving, terminating, revision, created_at, updated_at)
    SELECT 'ep_' || n || 'x' || e, 'svc_' || n, '', '10.0.0.0'::inet + n * 2 + e, 8080, 1, true, true, false, 10, now(), now()
    FROM generate_series(1, ${services}) n, generate_series(0, 1) e;
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

/** What reading costs with so many services. */
export async function reads(server: string, services: number): Promise<Figure[]> {
  const fleet = await cluster(server, 'bench_reads');
  await populate(fleet, services);
  const { store, sql, nodeId } = fleet;
  const { epoch } = await store.cluster.get();
  const took = await inTurns(RUNS, {
    bare: () => timed(() => sql.query(BARE)),
    views: () =>
      timed(() => sql.query(`SELECT json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id) FROM desired_service`)),
    snapshot: () => timed(() => store.agent.pull(nodeId, null)),
    delta: () => timed(() => store.agent.pull(nodeId, { epoch, revision: 99_999 })),
    rebuilt: () => timed(() => store.past.desired(nodeId, 150)),
  });
  await fleet.close();
  const what = (name: string) => ({ name, size: services, unit: 'ms' as const });
  return [
    figure(what('services of a snapshot, in SQL'), took.views, { floor: { name: 'the same from the tables', samples: took.bare } }),
    figure(what('pull of a snapshot'), took.snapshot, { floor: { name: 'its services, in SQL', samples: took.bare } }),
    figure(what('pull of nothing new'), took.delta),
    figure(what(`a state rebuilt from ${VERSIONS} versions of each object`), took.rebuilt, {
      floor: { name: 'pull of a snapshot', samples: took.snapshot },
    }),
  ];
}
