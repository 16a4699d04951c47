import type { Namespace, NamespaceCreate, NamespaceUpdate } from '@weft/model';
import type { Collection } from '../collections.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { ResourceQuery } from '../query.ts';
import { among } from '../read/among.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import { namespaceCreation, namespaceDeletion, namespaceUpdate } from './namespace-mutations.ts';
import { namespaceOf } from './namespace-row.ts';

export function namespaces(database: Database): Collection<Namespace, NamespaceCreate, NamespaceUpdate, ResourceQuery> {
  return {
    create: (ctx, input) => mutate(database, ctx, namespaceCreation(input)),
    update: (ctx, id, match, patch) => mutate(database, ctx, namespaceUpdate(id, match, patch)),
    delete: (ctx, id, match) => mutate(database, ctx, namespaceDeletion(id, match)),

    get: async (id) => namespaceOf(found(await database.read((tables) => tables.namespace.findUnique({ where: { id } })), 'namespace', id)),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.namespace.findMany({
            where: { id: { gt: after }, name: query.name, AND: [...fulfilling(query.labelSelector), { name: among(query.within) }] },
            orderBy: { id: 'asc' },
            take,
          }),
        );
        return { ...rows, items: rows.items.map(namespaceOf) };
      }),
  };
}
