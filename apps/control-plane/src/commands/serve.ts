import { once } from 'node:events';
import { createAsker, createHintSender, createNodeUsers } from '@weft/jobs';
import { createLogger } from '@weft/telemetry';
import type { Config } from '../config.ts';
import { start } from '../lifecycle.ts';
import { openCluster } from './database.ts';

/** Requests that are still running after this long are given up, in ms. */
const STOP_DEADLINE_MS = 15_000;

const ASKED_TO_STOP = ['SIGTERM', 'SIGINT'] as const;

/** `serve`: runs the control plane until it is asked to stop. Throws StartupError. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger('control-plane', config.WEFT_LOG);
  const store = await openCluster(config);
  const redis = { url: config.REDIS_URL };
  const onRedisError = (error: Error) => log.debug({ err: error }, 'Redis');
  const hints = createHintSender(redis, onRedisError);
  const nodeUsers = createNodeUsers(redis, onRedisError);
  const asker = createAsker(redis, onRedisError);
  try {
    const running = await start({ store, hints, nodeUsers, asker, config, log });
    log.info({ listen: config.WEFT_LISTEN, startedInMs: Math.round(performance.now()) }, 'control plane is up');
    const stop = new AbortController();
    await Promise.race(ASKED_TO_STOP.map((signal) => once(process, signal, { signal: stop.signal })));
    stop.abort();
    log.info('control plane is going down');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    await running.stop();
  } finally {
    nodeUsers.close();
    await Promise.allSettled([hints.close(), asker.close(), store.close()]);
  }
}
