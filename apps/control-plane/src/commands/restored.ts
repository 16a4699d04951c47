import { beginEpoch } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import type { Config } from '../config.ts';
import { databaseError } from './database.ts';

/** `restored`: run once after the database was restored from a dump, before anything is served from it. Throws StartupError. */
export async function restored(config: Config): Promise<void> {
  const log = createLogger('control-plane', config.WEFT_LOG);
  try {
    log.info({ epoch: await beginEpoch({ databaseUrl: config.DATABASE_URL }) }, 'a new epoch began: nodes and watchers start over');
  } catch (error) {
    throw databaseError(config, error);
  }
}
