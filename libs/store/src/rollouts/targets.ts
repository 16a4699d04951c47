import type { ProbeTarget } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import type { RolloutTargets } from './rollout-store.ts';

/** Of each kind of target at most so many are probed. */
const EACH_MAX = 8;

interface ServiceRow {
  readonly label: string;
  readonly ip: string;
  readonly ports: readonly { readonly protocol: string; readonly port: number; readonly nodePort: number | null }[];
}

interface PodRow {
  readonly label: string;
  readonly ip: string;
  readonly here: boolean;
  readonly ports: readonly { readonly protocol: string; readonly containerPort: number }[];
}

/** Services that somebody stands behind, in no order that favours the old ones. */
const servicesWithEndpoints = (tables: Tables): Promise<ServiceRow[]> => tables.$queryRaw<ServiceRow[]>`
  SELECT namespace || '/' || name AS label, host(cluster_ip) AS ip, ports FROM service
  WHERE cluster_ip IS NOT NULL AND endpoints_ready > 0 ORDER BY md5(id) LIMIT ${EACH_MAX}`;

const readyPods = (tables: Tables, nodeId: string): Promise<PodRow[]> => tables.$queryRaw<PodRow[]>`
  (SELECT namespace || '/' || name AS label, host(ip) AS ip, false AS here, ports FROM pod
   WHERE ready AND terminates_at IS NULL AND node_id <> ${nodeId} ORDER BY md5(id) LIMIT ${EACH_MAX})
  UNION ALL
  (SELECT namespace || '/' || name, host(ip), true, ports FROM pod
   WHERE ready AND terminates_at IS NULL AND node_id = ${nodeId} ORDER BY md5(id) LIMIT ${EACH_MAX})`;

const isTcp = ({ protocol }: { readonly protocol: string }) => protocol === 'TCP';

/** What can be probed of a node's dataplane. Throws ProblemError NotFound when the node is gone. */
export async function readTargets(tables: Tables, nodeId: string): Promise<RolloutTargets> {
  const node = found(await tables.node.findUnique({ where: { id: nodeId } }), 'node', nodeId);
  const services = await servicesWithEndpoints(tables);
  const pods = await readyPods(tables, nodeId);
  const address = node.address?.split('/')[0] ?? null;
  const clusterIPs = services.flatMap(({ label, ip, ports }): ProbeTarget[] =>
    ports.filter(isTcp).map(({ port }) => ({ what: `service ${label}`, ip, port })),
  );
  const nodePorts = services.flatMap(({ label, ports }): ProbeTarget[] =>
    ports
      .filter(isTcp)
      .flatMap(({ nodePort }) =>
        nodePort === null || address === null
          ? []
          : [{ what: `node port of service ${label} on ${node.name}`, ip: address, port: nodePort }],
      ),
  );
  const podsWhere = (here: boolean) =>
    pods
      .filter((pod) => pod.here === here)
      .flatMap(({ label, ip, ports }): ProbeTarget[] =>
        ports
          .filter(isTcp)
          .slice(0, 1)
          .map(({ containerPort }) => ({ what: `pod ${label}${here ? ` on ${node.name}` : ''}`, ip, port: containerPort })),
      );
  const [ownPods, otherPods] = [podsWhere(true), podsWhere(false)];
  const some = (targets: readonly ProbeTarget[]) => targets.slice(0, EACH_MAX);
  return { own: [...some(clusterIPs), ...some(nodePorts), ...otherPods, ...ownPods], wayBack: [...ownPods, ...some(nodePorts)] };
}
