import { type Job, Worker } from 'bullmq';
import { nodeKeyPrefix } from './hint.ts';
import type { RedisAccess } from './redis-access.ts';
import { connectConsumer } from './redis-connection.ts';

/** Receives the jobs of one of a node's queues until it is closed. */
export interface NodeWorker {
  close(): Promise<void>;
}

/** Hears why a connection to Redis failed, at every attempt, and null when there is one again. */
export type OnConnection = (error: Error | null) => void;

const RESTART_DELAY_MS = 1_000;
/** Longest wait for the end of work and of connections. */
const CLOSE_MS = 5_000;

/**
 * How long one read waits for a job, in seconds: twice as long as BullMQ has it, for it costs Redis a script for every queue of the fleet whenever that is over. A job that comes ends it at once. It
 * is what BullMQ allows at the most where it reckons itself: a read whose answer was lost with its connection is given up that much later.
 */
const READ_SECONDS = 10;

/**
 * How often a worker looks for a job that was another's, in ms: it costs Redis a script for every queue of the fleet, and such a job is done anew within twice so long. Whoever starts again looks at everything
 * by itself, so a hint is in no hurry; whoever asked a node whose worker was killed in the middle of it is mostly told that it does not answer, and asks again.
 */
const LOOK_MS = 15_000;

/** One of a node's queues. */
export interface NodeQueue {
  readonly name: string;
  /** So long, in ms, a job is its worker's that does not say so again: when the worker is killed nobody has it before, and when it is held up for longer it cannot end it. */
  readonly lockMs: number;
}

/**
 * Receives the jobs of a node's queue, one at a time. It works through restarts of Redis and lost data by itself; connection errors and errors of `work` go to
 * `onError`, those of the connection to `onConnection` as well; a failed job is not repeated. Throws RedisUrlError.
 */
export function openNodeWorker<Result>(
  access: RedisAccess,
  nodeName: string,
  { name: queue, lockMs }: NodeQueue,
  work: (data: unknown) => Promise<Result>,
  onError: (error: Error) => void,
  onConnection: OnConnection = () => undefined,
): NodeWorker {
  const redis = connectConsumer(access, (error) => {
    onConnection(error);
    onError(error);
  });
  redis.on('ready', () => onConnection(null));
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  let worker = open();

  function open(): Worker<unknown, Result> {
    const opened = new Worker<unknown, Result>(queue, (job: Job<unknown>) => work(job.data), {
      connection: redis,
      prefix: nodeKeyPrefix(nodeName),
      concurrency: 1,
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: LOOK_MS,
      drainDelay: READ_SECONDS,
      runRetryDelay: RESTART_DELAY_MS,
    });
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
      // Some of this waits for an answer of Redis, and a connection may be dead without knowing it. A job that is cut short is given to the next worker.
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, CLOSE_MS);
      await Promise.race([worker.close(redis.status !== 'ready'), over.promise]);
      redis.disconnect();
      await Promise.race([running, over.promise]);
      clearTimeout(timer);
    },
  };
}
