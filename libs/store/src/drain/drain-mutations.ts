import { canonicalJson, type NodeDrain } from '@weft/model';
import type { Change, NoChange, Prepare, Stamp } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { concernsDataplane, type EndpointDifference } from '../endpoints/derived.ts';
import { differencesOfNode, lockNodeWithEndpoints } from '../endpoints/of-node.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import type { NodeModel } from '../generated/models.ts';
import { aboutNode, nodeVersion, type StoredNode, storedNode } from '../nodes/node-row.ts';
import type { RequestContext } from '../request-context.ts';
import type { DrainOrder } from './drain-order.ts';

export const orderOf = ({ drain }: NodeModel) => drain as DrainOrder | null;

/** A drain takes a while: its answer is that it has begun. */
const ACCEPTED = 202;

const wishOf = ({ graceSeconds, waitSeconds }: NodeDrain): NodeDrain => ({ graceSeconds, waitSeconds });

/** A change of a node's order, with what it means for the endpoints on it. */
function orderChange(
  tables: Tables,
  row: NodeModel,
  differences: readonly EndpointDifference[],
  orderAt: (stamp: Stamp) => DrainOrder,
): Change<StoredNode> {
  return {
    about: aboutNode(row),
    concerns: differences.some(concernsDataplane) ? 'all' : [],
    status: ACCEPTED,
    write: async (stamp) => {
      const { revision, at } = stamp;
      const drain = { ...orderAt(stamp) };
      const respecified = row.cordoned ? {} : { cordoned: true, generation: { increment: 1 } };
      const changed = await tables.node.update({ where: { id: row.id }, data: { drain, ...respecified, revision, updatedAt: at } });
      const versions = [nodeVersion('MODIFIED', changed), ...(await writeDifferences(tables, stamp, differences))];
      return {
        object: storedNode(changed),
        before: { cordoned: row.cordoned, drain: row.drain },
        after: { cordoned: true, drain },
        versions,
      };
    },
  };
}

/**
 * Has a node emptied: it is cordoned, and its endpoints are withdrawn. The rest follows once the other nodes know (drain-store.ts). Asking again for the same changes nothing; asking
 * for other times changes those.
 */
export function drainBeginning(ctx: RequestContext, id: string, wish: NodeDrain): Prepare<StoredNode> {
  return async (tables): Promise<Change<StoredNode> | NoChange<StoredNode>> => {
    const row = await lockNodeWithEndpoints(tables, id, 'NO KEY UPDATE');
    const order = orderOf(row);
    if (order !== null && canonicalJson(wishOf(order)) === canonicalJson(wishOf(wish)))
      return { unchanged: storedNode(row), revision: Number(row.revision), status: ACCEPTED };
    if (order !== null) return orderChange(tables, row, [], () => ({ ...order, ...wish, evictedAt: null, emptyAt: null }));
    return orderChange(tables, row, await differencesOfNode(tables, id, 'NodeDraining'), ({ revision, at }) => ({
      ...wish,
      requestId: ctx.requestId,
      startedAt: at.toISOString(),
      withdrawnAt: Number(revision),
      evictedAt: null,
      emptyAt: null,
    }));
  };
}

/** A step of an order that is in force: its pods are asked to go, or are all gone. Nothing when somebody else has taken it, or uncordoned the node. */
export function drainStep(id: string, startedAt: string, step: 'evictedAt' | 'emptyAt'): Prepare<StoredNode> {
  return async (tables) => {
    const row = await lockNodeWithEndpoints(tables, id, 'NO KEY UPDATE');
    const order = orderOf(row);
    const pods = await tables.pod.count({ where: { nodeId: id } });
    const isDue = order?.startedAt === startedAt && order[step] === null && (step === 'evictedAt' || pods === 0);
    if (order === null || !isDue) return { unchanged: storedNode(row), revision: Number(row.revision) };
    return {
      ...orderChange(tables, row, [], ({ revision }) => ({ ...order, [step]: Number(revision) })),
      concerns: step === 'emptyAt' ? [row] : [],
    };
  };
}
