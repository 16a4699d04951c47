import { randomUUID } from 'node:crypto';
import { type DatabaseOptions, openDatabase } from './database/database.ts';
import { MigrationError } from './migrate.ts';

/**
 * Tells a database that it was restored from a dump: it gets a new epoch. Revisions after the dump were seen by nodes and watchers and will be given out again, for other changes; with the
 * epoch everybody starts over and nobody takes the one for the other. How things were can be told from here on only: what was done after the dump is not known. Nodes get time to be heard of, as after any outage. Answers the new epoch. Throws MigrationError where there is no cluster.
 */
export async function beginEpoch(options: DatabaseOptions): Promise<string> {
  const database = openDatabase(options);
  const epoch = randomUUID();
  try {
    await database.transaction(async (tables) => {
      const clusters = await tables.$executeRaw`UPDATE revision_counter SET epoch = ${epoch}, past_from = revision`;
      if (clusters !== 1) throw new MigrationError('there is no cluster in this database: nothing was restored into it');
      await tables.leaseWatch.update({ where: { id: 1 }, data: { tickedAt: new Date(0) } });
    });
    return epoch;
  } finally {
    await database.close();
  }
}
