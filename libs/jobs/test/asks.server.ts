import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startRedis } from '@weft/host';
import { eventually } from '@weft/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  ASK_QUEUE,
  type Asker,
  createAnswerer,
  createAsker,
  nodeKeyPrefix,
  type ProbeAnswer,
  type ProbeQuestion,
  parseRedisUrl,
} from '../src/index.ts';

let directory: string;
let server: EmbeddedServer;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-asks-'));
  server = await startRedis({ directory, durable: false });
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await server.stop();
  await rm(directory, { recursive: true });
});

const QUESTION: ProbeQuestion = {
  kind: 'probe',
  targets: [{ what: 'service a/b', ip: '198.19.0.2', port: 80 }],
  attempts: 2,
  timeoutMs: 100,
};
const ANSWER: ProbeAnswer = {
  kind: 'probe',
  results: QUESTION.targets.map((target) => ({ target, connected: 1, errors: { ETIMEDOUT: 1 } })),
};

async function asker(): Promise<Asker> {
  const made = createAsker({ url: server.url });
  closers.push(() => made.close());
  return made;
}

function answering(node: string, probe: (question: ProbeQuestion) => Promise<ProbeAnswer>): void {
  const worker = createAnswerer({ url: server.url }, node, { probe });
  closers.push(() => worker.close());
}

const waiting = async (node: string) => {
  const redis = new Redis(parseRedisUrl(server.url));
  closers.push(async () => redis.disconnect());
  const queue = new Queue(ASK_QUEUE, { connection: redis, prefix: nodeKeyPrefix(node) });
  return queue.getJobCounts('wait', 'active', 'completed', 'failed');
};

it('brings a question to its node, and its answer back', async () => {
  const heard: ProbeQuestion[] = [];
  answering('n1', async (question) => {
    heard.push(question);
    return ANSWER;
  });
  answering('n2', () => Promise.reject(new Error('this is not n1')));
  await expect((await asker()).ask('n1', QUESTION, 5_000)).resolves.toEqual(ANSWER);
  expect(heard).toEqual([QUESTION]);
});

it('says what the node says when it does not answer this', async () => {
  answering('n1', () => Promise.reject(new Error('203.0.113.1 is nobody of the fleet')));
  await expect((await asker()).ask('n1', QUESTION, 5_000)).rejects.toMatchObject({
    reason: 'Refused',
    message: '203.0.113.1 is nobody of the fleet',
  });
});

it('refuses what is no question', async () => {
  answering('n1', async () => ANSWER);
  const question = { ...QUESTION, argv: ['reboot'] } as ProbeQuestion;
  await expect((await asker()).ask('n1', question, 5_000)).rejects.toMatchObject({ reason: 'Refused' });
});

it('says that a node does not answer such questions', async () => {
  const worker = createAnswerer({ url: server.url }, 'n1', {});
  closers.push(() => worker.close());
  await expect((await asker()).ask('n1', QUESTION, 5_000)).rejects.toMatchObject({
    reason: 'Refused',
    message: 'this node does not answer questions of kind probe',
  });
});

it('refuses an answer to another question', async () => {
  answering('n1', async () => ({ kind: 'other' }) as unknown as ProbeAnswer);
  await expect((await asker()).ask('n1', QUESTION, 5_000)).rejects.toMatchObject({ reason: 'Refused' });
});

it('gives up in time when nobody answers, and takes the question back', async () => {
  const refusal = { reason: 'NoAnswer', message: expect.stringContaining('nobody took the question') };
  await expect((await asker()).ask('n1', QUESTION, 200)).rejects.toMatchObject(refusal);
  expect(await waiting('n1')).toEqual({ wait: 0, active: 0, completed: 0, failed: 0 });
});

it('tells a node that is slow from one that does not listen', async () => {
  const done = Promise.withResolvers<ProbeAnswer>();
  answering('n1', () => done.promise);
  const from = await asker();
  const slow = expect(from.ask('n1', QUESTION, 2_000)).rejects.toMatchObject({ reason: 'NoAnswer', message: 'no answer within 2 s' });
  await eventually('the question', async () => (await waiting('n1')).active === 1);
  await slow;
  done.resolve(ANSWER);
});

it('takes a question back that nobody waits for any more', async () => {
  const gone = new AbortController();
  const asked = (await asker()).ask('n1', QUESTION, 60_000, gone.signal);
  const outcome = expect(asked).rejects.toMatchObject({ reason: 'NoAnswer' });
  await eventually('the question', async () => (await waiting('n1')).wait === 1);
  gone.abort();
  await outcome;
  expect(await waiting('n1')).toMatchObject({ wait: 0 });
});

it('tells Redis that is away, and Redis that has forgotten, from a node that does not answer', async () => {
  const from = await asker();
  const asked = from.ask('n1', QUESTION, 60_000);
  const outcome = expect(asked).rejects.toMatchObject({ reason: 'RedisAway' });
  await eventually('the question', async () => (await waiting('n1')).wait === 1);
  const redis = new Redis(parseRedisUrl(server.url));
  closers.push(async () => redis.disconnect());
  await redis.flushall();
  await outcome;

  const nowhere = createAsker({ url: 'redis://127.0.0.1:1' });
  closers.push(() => nowhere.close());
  await expect(nowhere.ask('n1', QUESTION, 5_000)).rejects.toMatchObject({ reason: 'RedisAway' });
});
