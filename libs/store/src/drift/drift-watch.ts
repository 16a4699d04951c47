import type { DriftEvent } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { WatchEvent } from '../store.ts';
import { eventOf } from './drift-events.ts';

/** The position of the newest report of drift; 0 when there was none. */
export async function driftPosition(tables: Tables): Promise<number> {
  const { _max } = await tables.driftEvent.aggregate({ _max: { position: true } });
  return Number(_max.position ?? 0);
}

/**
 * Drift events that were told, or told of again, after a position: each once, as it is known now. `revision` is how far the answer reaches; a report is not
 * cut in two, as long as `limit` is more than a report may have.
 */
export async function driftAfter(
  tables: Tables,
  after: number,
  limit: number,
): Promise<{ readonly events: WatchEvent<DriftEvent>[]; readonly revision: number }> {
  // Asked before the events are read: those reach at least as far.
  const newest = await driftPosition(tables);
  const rows = await tables.driftEvent.findMany({
    where: { position: { gt: BigInt(after) } },
    orderBy: [{ position: 'asc' }, { serial: 'asc' }],
    take: limit,
  });
  const last = Number(rows.at(-1)?.position ?? 0n);
  const revision = rows.length < limit ? Math.max(newest, last) : last - 1;
  const events = rows
    .filter(({ position }) => Number(position) <= revision)
    .map((row) => ({
      revision: Number(row.position),
      type: Number(row.firstPosition) > after ? ('ADDED' as const) : ('MODIFIED' as const),
      object: eventOf(row),
    }));
  return { events, revision };
}
