import { type ClusterNetwork, DEFAULT_NETWORK, ProblemError } from '@weft/model';
import { initialise, migrate as migrateDatabase } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import { type Config, StartupError } from '../config.ts';
import { ensureCheckpointKey } from '../sealing/checkpoint-key.ts';
import { databaseError, openCluster } from './database.ts';

/** The network a new cluster starts with. */
function networkOf(config: Config): ClusterNetwork {
  return {
    ...DEFAULT_NETWORK,
    podCidrs: config.WEFT_POD_CIDRS ?? DEFAULT_NETWORK.podCidrs,
    serviceCidrs: config.WEFT_SERVICE_CIDRS ?? DEFAULT_NETWORK.serviceCidrs,
    podBlockPrefixLength: config.WEFT_POD_BLOCK_PREFIX ?? DEFAULT_NETWORK.podBlockPrefixLength,
    externalCidrs: config.WEFT_EXTERNAL_CIDRS ?? DEFAULT_NETWORK.externalCidrs,
    masqueradeMark: config.WEFT_MASQUERADE_MARK ?? DEFAULT_NETWORK.masqueradeMark,
    overlay: config.WEFT_OVERLAY ?? DEFAULT_NETWORK.overlay,
  };
}

/** `migrate`: brings the database up to date and makes it a cluster if it is none yet. Running it again changes nothing. Throws StartupError. */
export async function migrate(config: Config): Promise<void> {
  const log = createLogger('control-plane', config.WEFT_LOG);
  const options = { databaseUrl: config.DATABASE_URL };
  try {
    const applied = await migrateDatabase(options);
    const isNew = await initialise(options, networkOf(config));
    log.info({ applied, isNew }, 'the database is up to date');
    if (config.WEFT_CHECKPOINT_KEY_FILE !== undefined) ensureCheckpointKey(config.WEFT_CHECKPOINT_KEY_FILE);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (error instanceof ProblemError && error.code === 'ValidationFailed') throw new StartupError(error.message);
    throw databaseError(config, error);
  }
  const store = await openCluster(config);
  await store.close();
}
