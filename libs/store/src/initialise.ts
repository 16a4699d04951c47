import { randomUUID } from 'node:crypto';
import { ClusterNetwork, DEFAULT_NAMESPACE, prefixLength } from '@weft/model';
import { requireSoundNetwork } from './cluster/network-rules.ts';
import { type DatabaseOptions, openDatabase, type Tables } from './database/database.ts';
import { newId } from './new-id.ts';
import { completeDesired } from './past/complete-desired.ts';
import { completeVersions } from './past/complete-versions.ts';

/** The block size of service pools: only how many addresses become rows at a time. */
const SERVICE_BLOCK_PREFIX = 24;

async function addPool(tables: Tables, purpose: 'pods' | 'services', at: number, cidr: string, wantedPrefix: number): Promise<void> {
  const blockPrefix = Math.max(wantedPrefix, prefixLength(cidr));
  const pool = await tables.addressPool.create({ data: { id: newId('pool'), name: `${purpose}-${at + 1}`, purpose, cidr, blockPrefix } });
  await tables.$executeRaw`
    INSERT INTO address_block (cidr, pool_id)
    SELECT set_masklen(${cidr}::inet + n * (2 ^ (32 - ${blockPrefix}::int))::bigint, ${blockPrefix}::int), ${pool.id}
    FROM generate_series(0, (2 ^ (${blockPrefix}::int - masklen(${cidr}::inet)))::bigint - 1) n`;
}

/**
 * Makes a migrated database a cluster: its epoch, settings, address pools and the namespace `default`. A database that is one already
 * is left as it is. Answers whether it was new. Throws ProblemError ValidationFailed.
 */
export async function initialise(options: DatabaseOptions, wanted: ClusterNetwork): Promise<boolean> {
  const network = ClusterNetwork.parse(wanted);
  requireSoundNetwork(network);
  const database = openDatabase(options);
  try {
    return await database.transaction(async (tables) => {
      const { count } = await tables.revisionCounter.createMany({ data: { id: 1, epoch: randomUUID() }, skipDuplicates: true });
      if (count === 0) {
        await completeVersions(tables);
        await completeDesired(tables);
        return false;
      }
      const at = new Date();
      await tables.cluster.create({ data: { id: 1, network, sharedTerms: true } });
      await tables.desiredVersion.create({ data: { objectId: 'cluster', revision: 0, kind: 'cluster', body: network } });
      for (const [index, cidr] of network.podCidrs.entries()) await addPool(tables, 'pods', index, cidr, network.podBlockPrefixLength);
      for (const [index, cidr] of network.serviceCidrs.entries()) await addPool(tables, 'services', index, cidr, SERVICE_BLOCK_PREFIX);
      await tables.namespace.create({
        data: { id: newId('namespace'), name: DEFAULT_NAMESPACE, labels: {}, labelTerms: [], revision: 0, createdAt: at, updatedAt: at },
      });
      await completeVersions(tables);
      return true;
    });
  } finally {
    await database.close();
  }
}
