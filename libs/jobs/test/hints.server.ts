import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startRedis } from '@weft/host';
import { eventually } from '@weft/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createHintSender,
  createHintWorker,
  type HintSender,
  type NodeWorker,
  nodeKeyPrefix,
  parseRedisUrl,
  RECONCILE_QUEUE,
} from '../src/index.ts';

let directory: string;
let server: EmbeddedServer;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-hints-'));
  server = await startRedis({ directory, durable: false });
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await server.stop();
  await rm(directory, { recursive: true });
});

function sender(): HintSender {
  const made = createHintSender({ url: server.url });
  closers.push(() => made.close());
  return made;
}

/** A worker that records what it was told; while `held` it does not return from a hint. */
function listener(node = 'n1', url = server.url) {
  const heard: number[] = [];
  const errors: Error[] = [];
  let gate: PromiseWithResolvers<void> | null = null;
  const worker: NodeWorker = createHintWorker(
    { url },
    node,
    async (revision) => {
      heard.push(revision);
      await gate?.promise;
    },
    (error) => errors.push(error),
  );
  closers.push(() => worker.close());
  return {
    heard,
    errors,
    hold() {
      gate = Promise.withResolvers();
    },
    release() {
      gate?.resolve();
      gate = null;
    },
    last: (revision: number) => eventually(`hint ${revision}`, () => heard.at(-1) === revision, { withinMs: 20_000 }),
  };
}

async function withRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(parseRedisUrl(server.url));
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** The queue as anybody with Redis access sees it. */
function rawQueue(): Queue {
  const connection = new Redis({ ...parseRedisUrl(server.url), maxRetriesPerRequest: null });
  const queue = new Queue(RECONCILE_QUEUE, { connection, prefix: nodeKeyPrefix('n1') });
  closers.push(() => queue.close().finally(() => connection.disconnect()));
  return queue;
}

/** Sends until it is taken, as the sweep does. */
const sendUntilTaken = (hints: HintSender, revision: number) =>
  eventually('a hint that is taken', () => hints.hint('n1', revision).then(() => true), { withinMs: 20_000 });

it('reaches the node it is for, and no other', async () => {
  const [one, two] = [listener('n1'), listener('n2')];
  await sender().hint('n1', 7);
  await one.last(7);
  await sender().hint('n2', 8);
  await two.last(8);
  expect(one.heard).toEqual([7]);
  expect(two.heard).toEqual([8]);
});

it('waits for a node that listens later', async () => {
  await sender().hint('n1', 3);
  await listener().last(3);
});

it('becomes at most two more calls when 20 arrive during one, and the last revision is among them', async () => {
  const node = listener();
  const hints = sender();
  node.hold();
  await hints.hint('n1', 1);
  await node.last(1);
  for (let revision = 2; revision <= 21; revision += 1) await hints.hint('n1', revision);
  node.release();
  await node.last(21);
  expect(node.heard.length).toBeLessThanOrEqual(3);
});

it('is sent once when many ask at the same time', async () => {
  const hints = sender();
  await Promise.all(Array.from({ length: 200 }, (_, n) => hints.hint('n1', n + 1)));
  const node = listener();
  await node.last(200);
  expect(node.heard).toEqual([200]);
});

it('leaves nothing behind that grows', async () => {
  const node = listener();
  const hints = sender();
  for (let revision = 1; revision <= 10; revision += 1) {
    await hints.hint('n1', revision);
    await node.last(revision);
  }
  const queue = rawQueue();
  await eventually('an empty queue', async () => Object.values(await queue.getJobCounts()).every((count) => count === 0));
  const keys = await withRedis((redis) => redis.keys('*'));
  expect(keys.every((key) => key.startsWith('{weft:n1}:'))).toBe(true);
  expect(keys.length).toBeLessThan(6);
});

it('arrives after FLUSHALL, before and in the middle of a call', async () => {
  const node = listener();
  const hints = sender();
  await hints.hint('n1', 1);
  await node.last(1);
  await withRedis((redis) => redis.flushall());
  await sendUntilTaken(hints, 2);
  await node.last(2);
  node.hold();
  await hints.hint('n1', 3);
  await node.last(3);
  await withRedis((redis) => redis.flushall());
  node.release();
  await sendUntilTaken(hints, 4);
  await node.last(4);
});

it('arrives after Redis was stopped and started again', async () => {
  const node = listener();
  const hints = sender();
  await hints.hint('n1', 1);
  await node.last(1);
  await server.stop();
  await expect(hints.hint('n1', 2)).rejects.toThrow();
  server = await startRedis({ directory, durable: false });
  await sendUntilTaken(hints, 3);
  await node.last(3);
});

it('is heard by a worker that was there before Redis', async () => {
  const { url } = server;
  await server.stop();
  const node = listener('n1', url);
  server = await startRedis({ directory, durable: false });
  await sendUntilTaken(sender(), 5);
  await node.last(5);
});

it('tells who listens when Redis is away, and when it is there again', async () => {
  const { url } = server;
  await server.stop();
  const heard: (Error | null)[] = [];
  const worker = createHintWorker(
    { url },
    'n1',
    async () => undefined,
    undefined,
    (state) => heard.push(state),
  );
  closers.push(() => worker.close());
  await eventually('an error', () => heard.at(-1) instanceof Error);
  server = await startRedis({ directory, durable: false });
  await eventually('a connection', () => heard.at(-1) === null);
});

it('fails within its deadline while Redis is away, and piles nothing up', async () => {
  const hints = sender();
  await server.stop();
  const started = performance.now();
  const results = await Promise.allSettled(Array.from({ length: 500 }, (_, n) => hints.hint('n1', n)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
});

it('says why when Redis does not let it in', async () => {
  const url = new URL(server.url);
  url.searchParams.set('password', 'wrong');
  const made = createHintSender({ url: url.toString() });
  closers.push(() => made.close());
  const error = await made.hint('node-a', 1).catch((reason: Error) => reason);
  expect(error).toMatchObject({
    message: 'Redis did not take the hint within 2000 ms',
    cause: { message: expect.stringContaining('WRONGPASS') },
  });
});

it('that cannot be read is told and not repeated', async () => {
  const node = listener();
  const queue = rawQueue();
  await queue.add(RECONCILE_QUEUE, { command: 'rm -rf /' }, { attempts: 1, removeOnFail: true });
  await eventually('an error', () => node.errors.length > 0);
  await sender().hint('n1', 9);
  await node.last(9);
  expect(node.heard).toEqual([9]);
});

it('needs no more of Redis than the keys of its node', async () => {
  await withRedis((redis) =>
    redis.call(
      'ACL',
      ...['SETUSER', 'n1', 'on', '>secret', 'resetkeys', `~${nodeKeyPrefix('n1')}:*`, 'resetchannels', `&${nodeKeyPrefix('n1')}:*`],
      ...[
        '-@all',
        '+@read',
        '+@write',
        '+@scripting',
        '+@connection',
        '+@blocking',
        '+@transaction',
        '+@pubsub',
        '-@dangerous',
        '+info',
        '-keys',
        '-scan',
      ],
    ),
  );
  const url = new URL(server.url);
  url.searchParams.set('username', 'n1');
  url.searchParams.set('password', 'secret');
  const own = listener('n1', String(url));
  const foreign = listener('n2', String(url));
  await sender().hint('n1', 4);
  await own.last(4);
  await eventually('a refusal', () => foreign.errors.some(({ message }) => message.includes('NOPERM')));
  expect(own.errors).toEqual([]);
});

it('reaches a node at once that was held up for seconds by the one before', async () => {
  const heard: number[] = [];
  const worker = createHintWorker({ url: server.url }, 'n1', async (revision) => {
    heard.push(revision);
    // Not even its timers run, as while it takes in ten thousand services on a slow host.
    if (revision === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
  });
  closers.push(() => worker.close());
  const hints = sender();
  await hints.hint('n1', 1);
  await eventually('the first hint', () => heard.includes(1));
  await hints.hint('n1', 2);
  // Sooner than hints are looked for that nobody has ended.
  await eventually('the second hint', () => heard.includes(2), { withinMs: 8_000 });
});
