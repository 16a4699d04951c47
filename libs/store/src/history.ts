import { ProblemError } from '@weft/model';
import type { Database, Tables } from './database/database.ts';
import { driftAfter, driftPosition } from './drift/drift-watch.ts';
import { standings } from './fleet/fleet.ts';
import { progressOnAll } from './fleet/progress.ts';
import type { ObjectVersionModel } from './generated/models.ts';
import { presentNodes, type StoredNode } from './nodes/node-row.ts';
import { type StoredService, serviceOf } from './services/service-row.ts';
import type { HistoryPosition, HistoryStore, WatchEvent } from './store.ts';
import type { Historic, HistoricKind } from './watched.ts';

/** How far the history of objects has come. */
async function positionOf(tables: Tables): Promise<Omit<HistoryPosition, 'drifts'>> {
  const { epoch, revision, oldest } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  return { epoch, revision: Number(revision), oldest: Number(oldest) };
}

/** How far an answer of about `limit` events reaches: revisions are not cut in two. */
async function reach(tables: Tables, where: object, limit: number, position: { readonly revision: number }): Promise<number> {
  const [last] = await tables.objectVersion.findMany({
    where,
    select: { revision: true },
    orderBy: [{ revision: 'asc' }, { objectId: 'asc' }],
    skip: limit - 1,
    take: 1,
  });
  return last === undefined ? position.revision : Number(last.revision);
}

type Present = (tables: Tables, objects: readonly unknown[]) => Promise<unknown[]>;

const asStored: Present = async (_tables, objects) => [...objects];

/** What is added to the stored objects of each kind when they are read. */
const PRESENT: Record<HistoricKind, Present> = {
  namespace: asStored,
  pod: asStored,
  endpoint: asStored,
  rollout: asStored,
  node: (tables, objects) => presentNodes(tables, objects as StoredNode[]),
  service: async (tables, objects) => {
    const progress = progressOnAll(await standings(tables));
    return objects.map((object) => serviceOf(object as StoredService, progress));
  },
};

function expired(after: number): ProblemError {
  return new ProblemError('Expired', `what happened after revision ${after} is no longer kept; list again and watch from there`);
}

async function eventsOf<K extends HistoricKind>(
  tables: Tables,
  kind: K,
  rows: readonly ObjectVersionModel[],
): Promise<WatchEvent<Historic[K]>[]> {
  if (rows.length === 0) return [];
  const objects = await PRESENT[kind](
    tables,
    rows.map((row) => row.object),
  );
  return rows.map((row, at) => ({
    revision: Number(row.revision),
    type: row.type as WatchEvent<unknown>['type'],
    object: objects[at] as Historic[K],
  }));
}

export function historyStore(database: Database): HistoryStore {
  return {
    position: () => database.read(async (tables) => ({ ...(await positionOf(tables)), drifts: await driftPosition(tables) })),

    drift: ({ after, limit }) => database.read((tables) => driftAfter(tables, after, limit)),

    events: (kind, { after, namespace, limit }) =>
      database.read(async (tables) => {
        const position = await positionOf(tables);
        if (after > position.revision) throw expired(after);
        const matching = { kind, namespace };
        const revision = await reach(
          tables,
          { ...matching, revision: { gt: BigInt(after), lte: BigInt(position.revision) } },
          limit,
          position,
        );
        const rows = await tables.objectVersion.findMany({
          where: { ...matching, revision: { gt: BigInt(after), lte: BigInt(revision) } },
          orderBy: [{ revision: 'asc' }, { objectId: 'asc' }],
        });
        // Asked after the events were read: they may have been forgotten meanwhile.
        if (after < (await positionOf(tables)).oldest) throw expired(after);
        return { events: await eventsOf(tables, kind, rows), revision };
      }),
  };
}
