import type { DriftEvent, DriftReport } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database } from '../database/database.ts';
import type { DriftEventModel } from '../generated/models.ts';
import type { DriftQuery } from '../query.ts';
import { found } from '../read/not-found.ts';
import { newestFirst } from '../read/page.ts';

/** An event as it is shown. */
export const eventOf = ({ report, nodeName, receivedAt }: DriftEventModel): DriftEvent => ({
  ...(report as DriftReport),
  node: nodeName,
  receivedAt: receivedAt.toISOString(),
});

/** Reads what nodes have said of drift. */
export function driftEvents(database: Database): Recorded<DriftEvent, DriftQuery> {
  return {
    get: (id) => database.read(async (tables) => eventOf(found(await tables.driftEvent.findUnique({ where: { id } }), 'drift event', id))),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await newestFirst<DriftEventModel>(
          tables,
          query,
          (row) => row.serial,
          (below, take) =>
            tables.driftEvent.findMany({
              where: { serial: { lt: below }, nodeName: query.node, receivedAt: { gte: query.since, lt: query.until } },
              orderBy: { serial: 'desc' },
              take,
            }),
        );
        return { ...rows, items: rows.items.map(eventOf) };
      }),
  };
}
