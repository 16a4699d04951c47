import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue } from 'bullmq';
import { Answer, ASK_QUEUE, AskError, type Question } from './ask.ts';
import { nodeKeyPrefix } from './hint.ts';
import type { RedisAccess } from './redis-access.ts';
import { connectProducer } from './redis-connection.ts';

/** Asks nodes. */
export interface Asker {
  /** Resolves with the node's answer. Throws AskError. A question that nobody waits for any more is taken back, unless the node has begun with it. */
  ask(nodeName: string, question: Question, withinMs: number, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** How often to look for the answer, in ms. */
const LOOK_EVERY_MS = 50;

/** Redis keeps an answer that nobody fetched for so long, in seconds. */
const KEPT_SECONDS = 60;

/** What Redis does not do within so long, it does not do, in ms. */
const REDIS_MS = 2_000;

const away = (cause: unknown) => new AskError('RedisAway', 'Redis is away: the node cannot be asked', { cause });

/** A command's result, or AskError RedisAway. */
async function onRedis<T>(command: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(REDIS_MS, undefined, { signal: over.signal }).then(
    () => Promise.reject(new Error(`no answer within ${REDIS_MS} ms`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([command, late]);
  } catch (error) {
    throw away(error);
  } finally {
    over.abort();
  }
}

/** The answer of a job; null while it is not over. Throws AskError. */
async function answerOf(queue: Queue<Question>, id: string): Promise<Answer | null> {
  const job = await onRedis(Job.fromId<Question, unknown>(queue, id));
  if (job === undefined || job === null) throw away(new Error('Redis has forgotten the question'));
  if (job.failedReason) throw new AskError('Refused', job.failedReason);
  if (job.finishedOn === undefined || job.returnvalue === null || job.returnvalue === undefined) return null;
  const answer = Answer.safeParse(job.returnvalue);
  if (answer.success) return answer.data;
  throw new AskError('Refused', 'the answer is not what the question asks for', { cause: answer.error });
}

async function waitForAnswer(queue: Queue<Question>, id: string, withinMs: number, signal: AbortSignal | undefined): Promise<Answer> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await answerOf(queue, id);
    if (answer !== null) return answer;
    if (signal?.aborted) throw new AskError('NoAnswer', 'nobody waits for the answer any more');
    if (performance.now() > deadline) throw new AskError('NoAnswer', `no answer within ${Math.round(withinMs / 1000)} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Opens an asker. While Redis is away its questions are rejected and it reconnects by itself; connection errors go to `onError`. Throws RedisUrlError. */
export function createAsker(access: RedisAccess, onError: (error: Error) => void = () => undefined): Asker {
  const redis = connectProducer(access, onError);
  return {
    async ask(nodeName, question, withinMs, signal) {
      if (redis.status !== 'ready' && redis.status !== 'connect') await sleep(LOOK_EVERY_MS);
      const queue = new Queue<Question>(ASK_QUEUE, {
        connection: redis,
        prefix: nodeKeyPrefix(nodeName),
        streams: { events: { maxLen: 10 } },
      });
      queue.on('error', onError);
      try {
        await onRedis(queue.waitUntilReady());
        const kept = { age: KEPT_SECONDS };
        const job = await onRedis(queue.add(question.kind, question, { attempts: 1, removeOnComplete: kept, removeOnFail: kept }));
        try {
          return await waitForAnswer(queue, job.id ?? '', withinMs, signal);
        } finally {
          // One that was answered, or is being answered, cannot be taken back and needs not be.
          await onRedis(job.remove()).catch(() => undefined);
        }
      } finally {
        await queue.close().catch(() => undefined);
      }
    },
    async close() {
      redis.disconnect();
    },
  };
}
