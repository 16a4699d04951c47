import { Queue } from 'bullmq';
import { nodeKeyPrefix, RECONCILE_QUEUE, type ReconcileHint } from './hint.ts';
import type { RedisAccess } from './redis-access.ts';
import { connectProducer } from './redis-connection.ts';

/** Sends hints to nodes. */
export interface HintSender {
  /**
   * Resolves when a hint for this revision or a newer one is in the node's queue, rejects within 2 s when that was not possible. At most one
   * hint per node is under way; those that arrive meanwhile become one more.
   */
  hint(nodeName: string, revision: number): Promise<void>;
  close(): Promise<void>;
}

const SEND_DEADLINE_MS = 2_000;

/** BullMQ keeps a log of events per queue that nobody reads here; its default of 10,000 entries would cost a MB per node. */
const EVENT_LOG_LENGTH = 100;

interface Lane {
  readonly queue: Queue<ReconcileHint>;
  wanted: number;
  current: Promise<void> | null;
  next: Promise<void> | null;
}

/** `why` gives what is known about the reason when the time is over. */
async function within<T>(deadlineMs: number, work: Promise<T>, why: () => Error | undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not take the hint within ${deadlineMs} ms`, { cause: why() })), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opens a sender. While Redis is away its hints are rejected and it reconnects by itself; connection errors go to `onError`.
 * Throws RedisUrlError.
 */
export function createHintSender(access: RedisAccess, onError: (error: Error) => void = () => undefined): HintSender {
  // While it reconnects, and be it with a wrong password, nothing but the connection itself knows what is wrong.
  let trouble: Error | undefined;
  const redis = connectProducer(access, (error) => {
    trouble = error;
    onError(error);
  });
  redis.on('ready', () => {
    trouble = undefined;
  });
  const lanes = new Map<string, Lane>();

  function open(nodeName: string): Lane {
    const queue = new Queue<ReconcileHint>(RECONCILE_QUEUE, {
      connection: redis,
      prefix: nodeKeyPrefix(nodeName),
      streams: { events: { maxLen: EVENT_LOG_LENGTH } },
    });
    queue.on('error', onError);
    // A queue whose start failed (the connection broke in the middle of it) stays failed: the next hint opens a new one.
    queue.waitUntilReady().catch(() => lanes.delete(nodeName));
    const lane = { queue, wanted: 0, current: null, next: null };
    lanes.set(nodeName, lane);
    return lane;
  }

  async function add(lane: Lane): Promise<void> {
    await lane.queue.waitUntilReady();
    await lane.queue.add(
      RECONCILE_QUEUE,
      { revision: lane.wanted },
      { deduplication: { id: RECONCILE_QUEUE, keepLastIfActive: true }, attempts: 1, removeOnComplete: true, removeOnFail: true },
    );
  }

  function begin(lane: Lane): Promise<void> {
    lane.next = null;
    const sending = within(SEND_DEADLINE_MS, add(lane), () => trouble).finally(() => {
      lane.current = null;
    });
    lane.current = sending;
    return sending;
  }

  return {
    hint(nodeName, revision) {
      const lane = lanes.get(nodeName) ?? open(nodeName);
      lane.wanted = Math.max(lane.wanted, revision);
      if (lane.current === null) return begin(lane);
      lane.next ??= lane.current.then(
        () => begin(lane),
        () => begin(lane),
      );
      return lane.next;
    },
    async close() {
      await Promise.allSettled([...lanes.values()].map((lane) => lane.queue.close()));
      redis.disconnect();
    },
  };
}
