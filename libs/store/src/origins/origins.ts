import type { Database } from '../database/database.ts';
import { firstApplied } from './first-applied.ts';
import { generationsAt } from './generations.ts';
import { nodesAt } from './nodes-at.ts';
import type { OriginStore } from './origin-store.ts';

export function originStore(database: Database): OriginStore {
  return {
    nodes: (revision) => database.read((tables) => nodesAt(tables, revision)),
    firstApplied: (nodeId, revisions) => database.read((tables) => firstApplied(tables, nodeId, revisions)),
    generations: (ids, revision) => database.read((tables) => generationsAt(tables, ids, revision)),
  };
}
