import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue } from 'bullmq';
import { nodeKeyPrefix } from '../hint.ts';
import type { RedisAccess } from '../redis-access.ts';
import { connectProducer } from '../redis-connection.ts';
import { AskError } from './ask-error.ts';
import { ANSWERS, type AnswerOf, ASK_QUEUE, type Question, type QuestionOf } from './question.ts';

/** Asks nodes. */
export interface Asker {
  /** Resolves with the node's answer. Throws AskError. A question that nobody waits for any more is taken back, unless the node has begun with it. */
  ask<Kind extends Question['kind']>(
    nodeName: string,
    question: QuestionOf<Kind>,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<AnswerOf<Kind>>;
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

/** What the node gave back for a job; null while it is not over. Throws AskError. */
async function returnedBy(queue: Queue<Question>, id: string): Promise<unknown> {
  const job = await onRedis(Job.fromId<Question, unknown>(queue, id));
  if (job === undefined || job === null) throw away(new Error('Redis has forgotten the question'));
  if (job.failedReason) throw new AskError('Refused', job.failedReason);
  return job.finishedOn === undefined ? null : (job.returnvalue ?? null);
}

const UNHEARD = ': nobody took the question; the executor does not run, or is not connected to Redis, which its log says then';

/** False when a question waits while no other keeps the node busy: then nobody listens. Throws AskError. */
async function isHeard(queue: Queue<Question>): Promise<boolean> {
  const { wait = 0, active = 0 } = await onRedis(queue.getJobCounts('wait', 'active'));
  return wait === 0 || active > 0;
}

/** What the node gave back for a job. Throws AskError. */
async function waitForAnswer(queue: Queue<Question>, id: string, withinMs: number, signal: AbortSignal | undefined): Promise<unknown> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const returned = await returnedBy(queue, id);
    if (returned !== null) return returned;
    if (signal?.aborted) throw new AskError('NoAnswer', 'nobody waits for the answer any more');
    if (performance.now() > deadline)
      throw new AskError('NoAnswer', `no answer within ${Math.round(withinMs / 1000)} s${(await isHeard(queue)) ? '' : UNHEARD}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** The answer to a question of a kind. Throws AskError when it is none. */
function answerOf<Kind extends Question['kind']>(kind: Kind, returned: unknown): AnswerOf<Kind> {
  const answer = ANSWERS[kind].safeParse(returned);
  if (answer.success) return answer.data as AnswerOf<Kind>;
  throw new AskError('Refused', 'the answer is not what the question asks for', { cause: answer.error });
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
          return answerOf(question.kind, await waitForAnswer(queue, job.id ?? '', withinMs, signal));
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
