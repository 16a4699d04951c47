import type { Database } from '../database/database.ts';
import { desiredAt } from './desired-at.ts';
import { compareObjects, objectsAt } from './objects-at.ts';
import type { PastStore } from './past-store.ts';
import { readKept, revisionAt } from './position.ts';
import { versionsOf } from './versions-of.ts';

export function pastStore(database: Database): PastStore {
  return {
    oldest: async () => Number((await database.read(readKept)).pastFrom),
    revisionAt: (time) => database.read((tables) => revisionAt(tables, time)),
    desired: (nodeId, revision) => database.read((tables) => desiredAt(tables, nodeId, revision)),
    versionsOf: (objectId, query) => database.read((tables) => versionsOf(tables, objectId, query)),
    objects: (kind, revision, query) => database.read((tables) => objectsAt(tables, kind, revision, query)),
    compareObjects: (kind, span, query) => database.read((tables) => compareObjects(tables, kind, span, query)),
  };
}
