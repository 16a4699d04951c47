import type { Database } from '../database/database.ts';
import type { DriftStore } from '../store.ts';
import { driftEvents } from './drift-events.ts';
import { takeDrift } from './take-drift.ts';

export function driftStore(database: Database): DriftStore {
  return { ...driftEvents(database), take: (nodeId, report) => takeDrift(database, nodeId, report) };
}
