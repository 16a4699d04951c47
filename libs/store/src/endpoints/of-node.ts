import { ProblemError, type Withdrawal } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import type { NodeModel } from '../generated/models.ts';
import { lockNode } from '../nodes/lock-node.ts';
import { differencesOfPods, type EndpointDifference } from './derived.ts';
import { stateByHand } from './endpoint-mutations.ts';

interface Held {
  readonly namespace: string;
  /** Endpoints that are managed by hand are changed, not only those that follow from pods. */
  readonly byHand: boolean;
}

/** The namespaces of a node's pods and endpoints. */
async function namespacesOf(tables: Tables, nodeId: string): Promise<Held[]> {
  const rows = await tables.$queryRaw<Held[]>`
    SELECT namespace, bool_or(by_hand) AS "byHand" FROM (
      SELECT namespace, false AS by_hand FROM pod WHERE node_id = ${nodeId}
      UNION ALL SELECT s.namespace, true FROM endpoint e JOIN service s ON s.id = e.service_id WHERE e.node_id = ${nodeId} AND e.pod_id IS NULL) held
    GROUP BY namespace`;
  return rows.sort((one, other) => (one.namespace < other.namespace ? -1 : 1));
}

/** Namespaces that are locked, by name, and whether also for those who change endpoints by hand. */
export type LockedNamespaces = ReadonlyMap<string, boolean>;

/** Locks the namespaces of what stands on a node: the first lock of whoever changes its endpoints. */
export async function lockNamespacesOfNode(tables: Tables, nodeId: string): Promise<LockedNamespaces> {
  const held = await namespacesOf(tables, nodeId);
  for (const { namespace, byHand } of held) await lock(tables, `namespace:${namespace}`, byHand ? 'exclusive' : 'shared');
  return new Map(held.map(({ namespace, byHand }) => [namespace, byHand]));
}

/**
 * Locks the pods of a node, whose row and namespaces the caller has locked. Throws ProblemError Unavailable when something came into another namespace meanwhile: locks are not
 * taken out of their order.
 */
export async function lockPodsOfNode(tables: Tables, nodeId: string, locked: LockedNamespaces): Promise<void> {
  await tables.$executeRaw`SELECT 1 FROM pod WHERE node_id = ${nodeId} ORDER BY id FOR UPDATE`;
  const isNew = ({ namespace, byHand }: Held) => !locked.has(namespace) || (byHand && locked.get(namespace) === false);
  if ((await namespacesOf(tables, nodeId)).some(isNew))
    throw new ProblemError('Unavailable', 'what stands on the node changed meanwhile; try again');
}

/** Locks a node with all that stands on it, in the order of locks.ts. `UPDATE` also keeps pods from being created on it. Throws ProblemError NotFound, Unavailable. */
export async function lockNodeWithEndpoints(tables: Tables, nodeId: string, strength: 'NO KEY UPDATE' | 'UPDATE'): Promise<NodeModel> {
  const locked = await lockNamespacesOfNode(tables, nodeId);
  const row = await lockNode(tables, nodeId, strength);
  await lockPodsOfNode(tables, nodeId, locked);
  return row;
}

/** What it means for the endpoints on a node that they are withdrawn, or (null) are not any more. The caller holds the node with its endpoints. */
export async function differencesOfNode(tables: Tables, nodeId: string, withdrawal: Withdrawal | null): Promise<EndpointDifference[]> {
  const withdrawals = new Map(withdrawal === null ? [] : [[nodeId, withdrawal]]);
  const ofPods = await differencesOfPods(tables, await tables.pod.findMany({ where: { nodeId }, orderBy: { id: 'asc' } }), { withdrawals });
  const byHand = await tables.endpoint.findMany({
    where: { nodeId, podId: null },
    include: { service: true },
    orderBy: { serviceId: 'asc' },
  });
  const ofHand = [...Map.groupBy(byHand, (endpoint) => endpoint.serviceId).values()].flatMap((endpoints) => {
    const [first] = endpoints;
    if (first === undefined) return [];
    const changed = endpoints
      .filter((endpoint) => endpoint.withdrawn !== withdrawal)
      .map((endpoint) => ({ endpoint, state: stateByHand({ ...endpoint, ready: endpoint.serving }, withdrawal) }));
    return changed.length === 0 ? [] : [{ service: first.service, added: [], removed: [], changed }];
  });
  return [...ofPods, ...ofHand];
}
