import type { Database } from '../database/database.ts';
import type { FleetStore } from '../store.ts';
import { phaseOf, standings } from './fleet.ts';
import { progressOf } from './progress.ts';

export function fleetStore(database: Database): FleetStore {
  return {
    progress: async (revision, concerns) => progressOf(await database.read(standings), revision, concerns),
    lagging: async () => {
      const fleet = await database.read(standings);
      return fleet
        .filter((node) => node.joined && node.appliedRevision < node.desiredRevision)
        .map((node) => ({
          name: node.name,
          phase: phaseOf(node),
          desiredRevision: node.desiredRevision,
          appliedRevision: node.appliedRevision,
        }));
    },
    nodes: () => database.read((tables) => tables.node.findMany({ select: { id: true, name: true }, orderBy: { name: 'asc' } })),
  };
}
