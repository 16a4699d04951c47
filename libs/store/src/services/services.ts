import type { NodeProgress, Service, ServiceCreate, ServiceUpdate } from '@weft/model';
import type { Collection } from '../collections.ts';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { askedTogether } from '../database/together.ts';
import { standings } from '../fleet/fleet.ts';
import { progressOnAll, readProgress } from '../fleet/progress.ts';
import type { NamespacedQuery } from '../query.ts';
import { among } from '../read/among.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { serviceCreation, serviceDeletion, serviceUpdate } from './service-mutations.ts';
import { type StoredService, serviceOf, storedService } from './service-row.ts';

export function services(database: Database): Collection<Service, ServiceCreate, ServiceUpdate, NamespacedQuery> {
  const progress = askedTogether<number, NodeProgress>((revisions) => database.read((tables) => readProgress(tables, revisions)));
  const shown = async (service: StoredService): Promise<Service> => {
    const revision = service.dataplaneRevision ?? 0;
    const nodes = await progress(revision);
    return serviceOf(service, () => nodes);
  };
  const carryOut = async (ctx: RequestContext, prepare: Prepare<StoredService>): Promise<Committed<Service>> => {
    const committed = await mutate(database, ctx, prepare);
    return { ...committed, object: await shown(committed.object) };
  };
  return {
    create: (ctx, input) => carryOut(ctx, serviceCreation(input)),
    update: (ctx, id, match, patch) => carryOut(ctx, serviceUpdate(id, match, patch)),
    delete: (ctx, id, match) => carryOut(ctx, serviceDeletion(id, match)),

    get: async (id) => {
      const row = await database.read((tables) => tables.service.findUnique({ where: { id } }));
      return shown(storedService(found(row, 'service', id)));
    },

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
        const onAll = progressOnAll(await standings(tables));
        return { ...rows, items: rows.items.map((row) => serviceOf(storedService(row), onAll)) };
      }),
  };
}
