import { Worker } from 'bullmq';
import { nodeKeyPrefix, RECONCILE_QUEUE, ReconcileHint } from './hint.ts';
import type { RedisAccess } from './redis-access.ts';
import { connectConsumer } from './redis-connection.ts';

/** Receives one node's hints until it is closed. */
export interface HintWorker {
  close(): Promise<void>;
}

const RESTART_DELAY_MS = 1_000;

/** A job whose worker was killed is given to the next one after this long; hints are short, so it can be brief. */
const LOCK_MS = 5_000;

/**
 * Receives a node's hints, one at a time. Hints that arrive while `onHint` runs become one more call afterwards. It works through restarts of
 * Redis and lost data by itself; connection errors and errors of `onHint` go to `onError`, and a failed hint is not repeated.
 * Throws RedisUrlError.
 */
export function createHintWorker(
  access: RedisAccess,
  nodeName: string,
  onHint: (revision: number) => Promise<void>,
  onError: (error: Error) => void = () => undefined,
): HintWorker {
  const redis = connectConsumer(access, onError);
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  let worker = open();

  function open(): Worker<ReconcileHint> {
    const opened = new Worker<ReconcileHint>(
      RECONCILE_QUEUE,
      async (job) => {
        await onHint(ReconcileHint.parse(job.data).revision);
      },
      {
        connection: redis,
        prefix: nodeKeyPrefix(nodeName),
        concurrency: 1,
        autorun: false,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS,
        runRetryDelay: RESTART_DELAY_MS,
      },
    );
    opened.on('error', onError);
    opened.on('failed', (_job, error) => onError(error));
    return opened;
  }

  // BullMQ's own loop ends when its start met a broken connection; a worker that ended while nobody closed it is opened anew.
  async function supervise(): Promise<void> {
    while (!stopped) {
      await worker.run().catch(onError);
      if (stopped) return;
      await worker.close(true);
      let timer: NodeJS.Timeout | undefined;
      const pause = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, RESTART_DELAY_MS);
      });
      await Promise.race([pause, stopping.promise]);
      clearTimeout(timer);
      if (!stopped) worker = open();
    }
  }
  const running = supervise();

  return {
    async close() {
      if (stopped) return running;
      stopped = true;
      stopping.resolve();
      await worker.close(redis.status !== 'ready');
      redis.disconnect();
      await running;
    },
  };
}
