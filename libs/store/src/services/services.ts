import type { Service, ServiceCreate, ServiceUpdate } from '@weft/model';
import type { Collection } from '../collections.ts';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { standings } from '../fleet/fleet.ts';
import type { NamespacedQuery } from '../query.ts';
import { among } from '../read/among.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { serviceCreation, serviceDeletion, serviceUpdate } from './service-mutations.ts';
import { type StoredService, serviceOf, storedService } from './service-row.ts';

export function services(database: Database): Collection<Service, ServiceCreate, ServiceUpdate, NamespacedQuery> {
  const carryOut = async (ctx: RequestContext, prepare: Prepare<StoredService>): Promise<Committed<Service>> => {
    const committed = await mutate(database, ctx, prepare);
    return { ...committed, object: serviceOf(committed.object, await database.read(standings)) };
  };
  return {
    create: (ctx, input) => carryOut(ctx, serviceCreation(input)),
    update: (ctx, id, match, patch) => carryOut(ctx, serviceUpdate(id, match, patch)),
    delete: (ctx, id, match) => carryOut(ctx, serviceDeletion(id, match)),

    get: (id) =>
      database.read(async (tables) => {
        const row = found(await tables.service.findUnique({ where: { id } }), 'service', id);
        return serviceOf(storedService(row), await standings(tables));
      }),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.service.findMany({
            where: {
              id: { gt: after },
              name: query.name,
              namespace: query.namespace,
              AND: [...fulfilling(query.labelSelector), { namespace: among(query.within) }],
            },
            orderBy: { id: 'asc' },
            take,
          }),
        );
        const fleet = await standings(tables);
        return { ...rows, items: rows.items.map((row) => serviceOf(storedService(row), fleet)) };
      }),
  };
}
