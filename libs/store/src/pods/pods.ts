import type { Pod, PodCreate, PodUpdate } from '@weft/model';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { PodQuery } from '../query.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Collection } from '../store.ts';
import { podCreation, podDeletion, podUpdate } from './pod-mutations.ts';
import { podNode, podOf } from './pod-row.ts';

export function pods(database: Database): Collection<Pod, PodCreate, PodUpdate, PodQuery> {
  return {
    create: (ctx, input) => mutate(database, ctx, podCreation(input)),
    update: (ctx, id, match, patch) => mutate(database, ctx, podUpdate(id, match, patch)),
    delete: (ctx, id, match) => mutate(database, ctx, podDeletion(id, match)),

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
              AND: fulfilling(query.labelSelector),
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
