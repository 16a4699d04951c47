import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { RequestContext } from '../request-context.ts';
import { rolloutCreation } from './rollout-creation.ts';
import { type RolloutOrder, rolloutOrder } from './rollout-orders.ts';
import { rolloutNodes, rolloutOf } from './rollout-row.ts';
import { rolloutStep } from './rollout-steps.ts';
import type { RolloutStore } from './rollout-store.ts';
import { readSituation } from './situation.ts';
import { readTargets } from './targets.ts';

export function rolloutStore(database: Database): RolloutStore {
  const ordered = (order: RolloutOrder) => (ctx: RequestContext, id: string) => mutate(database, ctx, rolloutOrder(id, order));
  return {
    create: (ctx, input) => mutate(database, ctx, rolloutCreation(input)),

    get: (id) =>
      database.read(async (tables) =>
        rolloutOf(found(await tables.rollout.findUnique({ where: { id }, include: rolloutNodes }), 'rollout', id)),
      ),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.rollout.findMany({ where: { id: { gt: after } }, include: rolloutNodes, orderBy: { id: 'asc' }, take }),
        );
        return { ...rows, items: rows.items.map(rolloutOf) };
      }),

    halt: ordered('halt'),
    cancel: ordered('cancel'),
    resume: ordered('resume'),
    revert: ordered('revert'),

    underWay: async () => {
      const rows = await database.read((tables) =>
        tables.rollout.findMany({ where: { phase: { in: ['Running', 'Reverting'] } }, select: { id: true }, orderBy: { id: 'asc' } }),
      );
      return rows.map(({ id }) => id);
    },

    counts: () =>
      database.read(async (tables) => {
        const rollouts = await tables.rollout.groupBy({ by: ['phase'], _count: true });
        const nodes = await tables.rolloutNode.groupBy({ by: ['state'], where: { held: true }, _count: true });
        return {
          rollouts: new Map(rollouts.map(({ phase, _count }) => [phase, _count])),
          nodes: new Map(nodes.map(({ state, _count }) => [state, _count])),
        };
      }),

    situation: (id) => database.read((tables) => readSituation(tables, id)),

    step: async (ctx, id, after, step) => {
      const { object, ...rest } = await mutate(database, ctx, rolloutStep(id, after, step));
      return object === null ? null : { object, ...rest };
    },

    targets: (nodeId) => database.read((tables) => readTargets(tables, nodeId)),
  };
}
