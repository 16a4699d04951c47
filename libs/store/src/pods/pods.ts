import { type Pod, ProblemError } from '@weft/model';
import type { PodCollection } from '../collections.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { among } from '../read/among.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Committed } from '../request-context.ts';
import { overdueEnd, overduePods, podDeletion } from './pod-deletion.ts';
import { podCreation, podUpdate } from './pod-mutations.ts';
import { podNode, podOf } from './pod-row.ts';

/** How many pods are ended before their nodes are told. */
const AT_ONCE = 200;

export function pods(database: Database): PodCollection {
  return {
    create: (ctx, input) => mutate(database, ctx, podCreation(input)),
    update: (ctx, id, match, patch) => mutate(database, ctx, podUpdate(id, match, patch)),
    delete: (ctx, id, match, gracePeriodSeconds) => mutate(database, ctx, podDeletion(id, match, gracePeriodSeconds)),

    endOverdue: async (ctx) => {
      const ended: Committed<Pod>[] = [];
      for (const { id, requestId } of await database.read((tables) => overduePods(tables, AT_ONCE)))
        try {
          ended.push(await mutate(database, { ...ctx, requestId: requestId ?? ctx.requestId }, overdueEnd(id)));
        } catch (error) {
          // Somebody could not wait for it.
          if (!(error instanceof ProblemError && error.code === 'NotFound')) throw error;
        }
      return ended;
    },

    get: async (id) => podOf(found(await database.read((tables) => tables.pod.findUnique({ where: { id }, include: podNode })), 'pod', id)),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.pod.findMany({
            where: {
              id: { gt: after },
              name: query.name,
              namespace: query.namespace,
              node: query.node === undefined ? undefined : { name: query.node },
              endpoints: query.service === undefined ? undefined : { some: { service: { name: query.service } } },
              AND: [...fulfilling(query.labelSelector), { namespace: among(query.within) }],
            },
            include: podNode,
            orderBy: { id: 'asc' },
            take,
          }),
        );
        return { ...rows, items: rows.items.map(podOf) };
      }),
  };
}
