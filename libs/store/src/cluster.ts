import { type Cluster, type ClusterNetwork, canonicalJson } from '@weft/model';
import { requireMatch } from './commit/match.ts';
import { mergeFields } from './commit/merge-fields.ts';
import { mutate } from './commit/mutate.ts';
import type { Database, Tables } from './database/database.ts';
import type { ClusterStore } from './store.ts';

const ABOUT = { kind: 'cluster', id: 'cluster', namespace: null, name: 'cluster' };

/** The settings with the counter's position. Throws Error when the database was never initialised. */
export async function readCluster(tables: Tables): Promise<Cluster> {
  const settings = await tables.cluster.findUnique({ where: { id: 1 } });
  const counter = await tables.revisionCounter.findUnique({ where: { id: 1 } });
  if (settings === null || counter === null) throw new Error('the cluster is not initialised: run the control plane with `migrate` first');
  const { epoch, revision } = counter;
  return { ...(settings.network as ClusterNetwork), epoch, revision: Number(revision), generation: settings.generation };
}

/** Just the settings that shape the network. */
export function networkOf({ epoch: _epoch, revision: _revision, generation: _generation, ...network }: Cluster): ClusterNetwork {
  return network;
}

export function clusterStore(database: Database): ClusterStore {
  return {
    get: () => database.read(readCluster),

    update: (ctx, match, patch) =>
      mutate<Cluster>(database, ctx, async (tables) => {
        await tables.$executeRaw`SELECT 1 FROM cluster WHERE id = 1 FOR UPDATE`;
        const before = await readCluster(tables);
        await requireMatch(tables, match, before.generation);
        const after = mergeFields(before, patch);
        if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
        return {
          about: ABOUT,
          concerns: 'all',
          status: 200,
          write: async ({ revision }) => {
            await tables.cluster.update({ where: { id: 1 }, data: { network: networkOf(after), generation: { increment: 1 } } });
            const object = { ...after, revision: Number(revision), generation: before.generation + 1 };
            return { object, before, after: object, versions: [] };
          },
        };
      }),
  };
}
