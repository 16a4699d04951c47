import { type Node, type NodeDrain, type Pod, ProblemError } from '@weft/model';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { standings } from '../fleet/fleet.ts';
import { presentNodes, type StoredNode } from '../nodes/node-row.ts';
import { podDeletion } from '../pods/pod-deletion.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { drainBeginning, drainStep } from './drain-mutations.ts';
import { behind, type DrainingNode, drainingNodes, secondsSince } from './drain-status.ts';

/** Nodes that are to be emptied. */
export interface DrainStore {
  /** Cordons a node and withdraws its endpoints; answers at once, with status 202. The rest is done by `advance`. */
  begin(ctx: RequestContext, id: string, wish: NodeDrain): Promise<Committed<Node>>;
  /**
   * Does what can be done next for every node that is to be emptied: has its pods go once every node that is heard of sends them nothing new, and notes when none is left. All
   * of it is in the database, so anybody may go on at any time. Each change is recorded under the id of the request that asked for the drain.
   */
  advance(ctx: RequestContext): Promise<Committed<unknown>[]>;
}

/** A pod that went by itself. */
const isGone = (error: unknown) => error instanceof ProblemError && error.code === 'NotFound';

export function drainStore(database: Database): DrainStore {
  async function evict(ctx: RequestContext, { id, order }: DrainingNode): Promise<Committed<Pod>[]> {
    const pods = await database.read((tables) =>
      tables.pod.findMany({ where: { nodeId: id }, select: { id: true }, orderBy: { id: 'asc' } }),
    );
    const evicted: Committed<Pod>[] = [];
    for (const pod of pods)
      try {
        const committed = await mutate(
          database,
          { ...ctx, operation: 'podDelete' },
          podDeletion(pod.id, 'any', order.graceSeconds ?? undefined),
        );
        if (committed.operationId !== null) evicted.push(committed);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    return evicted;
  }

  async function advanceOne(ctx: RequestContext, node: DrainingNode): Promise<Committed<unknown>[]> {
    const { id, order, podsLeft } = node;
    const step = (which: 'evictedAt' | 'emptyAt') => mutate<StoredNode>(database, ctx, drainStep(id, order.startedAt, which));
    if (order.evictedAt === null) {
      const waitingFor = behind(await database.read(standings), order.withdrawnAt);
      const waited = await database.read((tables) => secondsSince(tables, order.startedAt));
      if (waitingFor.length > 0 && waited < order.waitSeconds) return [];
      return [await step('evictedAt'), ...(await evict(ctx, node))];
    }
    if (podsLeft > 0) return evict(ctx, node);
    return order.emptyAt === null ? [await step('emptyAt')] : [];
  }

  return {
    begin: async (ctx, id, wish) => {
      const committed = await mutate(database, ctx, drainBeginning(ctx, id, wish));
      const [object] = await database.read((tables) => presentNodes(tables, [committed.object]));
      return { ...committed, object: object as Node };
    },

    advance: async (ctx) => {
      const done: Committed<unknown>[] = [];
      for (const node of await database.read(drainingNodes))
        done.push(...(await advanceOne({ ...ctx, requestId: node.order.requestId, operation: 'nodeDrain' }, node)));
      return done.filter(({ operationId }) => operationId !== null);
    },
  };
}
