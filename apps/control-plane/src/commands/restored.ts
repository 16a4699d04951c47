import { beginEpoch, migrate as migrateDatabase } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import type { Config } from '../config.ts';
import { databaseError } from './database.ts';
import { migrate } from './migrate.ts';

/**
 * `restored`: run once after the database was restored from a dump, before anything is served from it. A dump of an older version is brought up to date.
 * Throws StartupError.
 */
export async function restored(config: Config): Promise<void> {
  const log = createLogger('control-plane', config.WEFT_LOG);
  const options = { databaseUrl: config.DATABASE_URL };
  try {
    const applied = await migrateDatabase(options);
    log.info({ applied, epoch: await beginEpoch(options) }, 'a new epoch began: nodes and watchers start over');
  } catch (error) {
    throw databaseError(config, error);
  }
  // Not before: what is no cluster yet was not restored, and is not to become one.
  await migrate(config);
}
