import type { Endpoint, EndpointCreate, EndpointUpdate } from '@weft/model';
import type { Collection } from '../collections.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { EndpointQuery } from '../query.ts';
import { among } from '../read/among.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import { endpointCreation, endpointDeletion, endpointUpdate } from './endpoint-mutations.ts';
import { endpointNames, endpointOf } from './endpoint-row.ts';

/** Endpoints of services without a selector are managed by hand; all are read. */
export function endpoints(database: Database): Collection<Endpoint, EndpointCreate, EndpointUpdate, EndpointQuery> {
  return {
    create: (ctx, input) => mutate(database, ctx, endpointCreation(input)),
    update: (ctx, id, match, patch) => mutate(database, ctx, endpointUpdate(id, match, patch)),
    delete: (ctx, id, match) => mutate(database, ctx, endpointDeletion(id, match)),

    get: async (id) =>
      endpointOf(
        found(await database.read((tables) => tables.endpoint.findUnique({ where: { id }, include: endpointNames })), 'endpoint', id),
      ),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.endpoint.findMany({
            where: {
              id: { gt: after },
              service: { namespace: query.namespace, name: query.service, AND: { namespace: among(query.within) } },
              node: query.node === undefined ? undefined : { name: query.node },
            },
            include: endpointNames,
            orderBy: { id: 'asc' },
            take,
          }),
        );
        return { ...rows, items: rows.items.map(endpointOf) };
      }),
  };
}
