import { type Cluster, canonicalJson, ProblemError } from '@weft/model';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { requireOverlay } from '../fleet/links.ts';
import { addressOutside } from '../services/external-addresses.ts';
import type { ClusterStore } from '../store.ts';
import { requireSoundNetwork } from './network-rules.ts';
import { networkOf, readCluster } from './settings.ts';

const ABOUT = { kind: 'cluster', id: 'cluster', namespace: null, name: 'cluster' };

/** Throws ProblemError InUse when a service holds an address that would be outside. */
async function requireUnused(tables: Tables, externalCidrs: readonly string[]): Promise<void> {
  const outside = await addressOutside(tables, externalCidrs);
  if (outside === undefined) return;
  const message = `${outside.ip} of service ${outside.owner} would be outside`;
  throw new ProblemError('InUse', message, [{ pointer: '/externalCidrs', code: 'InUse', message }]);
}

export function clusterStore(database: Database): ClusterStore {
  return {
    get: () => database.read(readCluster),

    update: (ctx, match, patch) =>
      mutate<Cluster>(database, ctx, async (tables) => {
        if (patch.externalCidrs !== undefined) await lock(tables, 'external-addresses');
        await tables.$executeRaw`SELECT 1 FROM cluster WHERE id = 1 FOR UPDATE`;
        const before = await readCluster(tables);
        await requireMatch(tables, match, before.generation);
        const after = mergeFields(before, patch);
        if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
        requireSoundNetwork(networkOf(after));
        await requireUnused(tables, after.externalCidrs);
        if (after.overlay !== before.overlay) await requireOverlay(tables, after.overlay);
        return {
          about: ABOUT,
          concerns: 'all',
          status: 200,
          write: async ({ revision }) => {
            await tables.cluster.update({
              where: { id: 1 },
              data: {
                network: networkOf(after),
                notReadyAfterSeconds: after.notReadyAfterSeconds,
                frozen: after.frozen,
                generation: { increment: 1 },
              },
            });
            const object = { ...after, revision: Number(revision), generation: before.generation + 1 };
            return { object, before, after: object, versions: [] };
          },
        };
      }),
  };
}
