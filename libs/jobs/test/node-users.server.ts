import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startRedis } from '@weft/host';
import { sha256Hex } from '@weft/model';
import { eventually } from '@weft/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  asUser,
  createHintSender,
  createHintWorker,
  createNodeUsers,
  type NodeUser,
  type NodeUsers,
  nodeUserName,
  parseRedisUrl,
} from '../src/index.ts';

let directory: string;
let server: EmbeddedServer;
let users: NodeUsers;
let closers: (() => Promise<unknown>)[] = [];

const PASSWORD = 'first-password';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-users-'));
  server = await startRedis({ directory, durable: false });
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});
afterAll(async () => {
  users.close();
  await server.stop();
  await rm(directory, { recursive: true });
});

beforeAll(() => {
  users = createNodeUsers({ url: server.url });
});

const user = (name: string, ...passwords: string[]): NodeUser => ({
  nodeId: `node_${name}`,
  nodeName: name,
  passwords: passwords.map(sha256Hex),
});
const urlOf = (name: string, password = PASSWORD) => asUser(server.url, { username: nodeUserName(`node_${name}`), password });
const put = (...wanted: NodeUser[]) =>
  eventually('users that are put', () =>
    users.put(wanted).then(
      () => true,
      () => false,
    ),
  );

function client(url: string): Redis {
  const redis = new Redis({ ...parseRedisUrl(url), retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  closers.push(async () => redis.disconnect());
  return redis;
}

/** What Redis says to a command of a user; `done` when it does it. */
const answerTo = (redis: Redis, command: string, ...words: string[]) =>
  redis.call(command, ...words).then(
    () => 'done',
    (error: Error) => error.message.split(' ')[0],
  );

describe('the user of a node', () => {
  it('is all that its worker needs: hints arrive, coalesce and are gone', async () => {
    await put(user('a', PASSWORD));
    const heard: number[] = [];
    const errors: Error[] = [];
    const gate = Promise.withResolvers<void>();
    const worker = createHintWorker(
      { url: urlOf('a') },
      'a',
      async (revision) => {
        heard.push(revision);
        if (revision === 1) await gate.promise;
      },
      (error) => errors.push(error),
    );
    const sender = createHintSender({ url: server.url });
    closers.push(
      () => sender.close(),
      () => worker.close(),
    );
    await eventually('a hint that is taken', () =>
      sender.hint('a', 1).then(
        () => true,
        () => false,
      ),
    );
    await eventually('the first hint', () => heard.includes(1));
    for (let revision = 2; revision < 30; revision++) await sender.hint('a', revision);
    gate.resolve();
    await eventually('the last hint', () => heard.at(-1) === 29);
    expect(heard.length).toBeLessThan(6);
    expect(errors).toEqual([]);
  });

  // What a stolen node could look at, spoil or stop.
  const FORBIDDEN: readonly string[][] = [
    ['GET', '{weft:other}:reconcile:meta'],
    ['HSET', '{weft:other}:reconcile:meta', 'paused', '1'],
    ['LPUSH', '{weft:other}:reconcile:wait', '1'],
    ['GET', 'anything'],
    ['EVAL', "return redis.call('SET', KEYS[1], 1)", '1', '{weft:other}:x'],
    ['EVAL', "return redis.call('SET', '{weft:other}:x', 1)", '0'],
    ['RENAME', '{weft:b}:x', '{weft:other}:x'],
    ['COPY', '{weft:b}:x', '{weft:other}:x'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['RANDOMKEY'],
    ['DBSIZE'],
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['SWAPDB', '0', '1'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'default', 'on', 'nopass'],
    ['SCRIPT', 'FLUSH'],
    ['SCRIPT', 'KILL'],
    ['FUNCTION', 'FLUSH'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['MONITOR'],
    ['DEBUG', 'SLEEP', '0'],
    ['SHUTDOWN'],
    ['REPLICAOF', '192.0.2.1', '6379'],
    ['MIGRATE', '192.0.2.1', '6379', '{weft:b}:x', '0', '100'],
    ['SAVE'],
    ['SLOWLOG', 'GET'],
    ['LATENCY', 'RESET'],
    ['SUBSCRIBE', '{weft:other}:x'],
    ['PUBLISH', '{weft:other}:x', '1'],
    ['PSUBSCRIBE', '*'],
  ];

  it.each(FORBIDDEN.map((words) => [words.join(' '), words] as const))('may not %s', async (_text, [command = '', ...words]) => {
    await put(user('b', PASSWORD));
    const redis = client(urlOf('b'));
    expect(await answerTo(redis, 'SET', '{weft:b}:x', '1')).toBe('done');
    expect(await answerTo(redis, command, ...words)).toMatch(/^(NOPERM|ERR)$/);
    expect(await client(server.url).exists('{weft:other}:x', 'anything')).toBe(0);
  });

  it('gets in with any of its passwords, and with no other', async () => {
    await put(user('c', 'old', 'new'));
    expect(await answerTo(client(urlOf('c', 'old')), 'PING')).toBe('done');
    expect(await answerTo(client(urlOf('c', 'new')), 'PING')).toBe('done');
    expect(await answerTo(client(urlOf('c', 'newer')), 'PING')).not.toBe('done');
    await put(user('c', 'new'));
    expect(await answerTo(client(urlOf('c', 'old')), 'PING')).not.toBe('done');
  });

  it('is put out at once when it has no password any more', async () => {
    await put(user('d', PASSWORD));
    const redis = client(urlOf('d'));
    expect(await answerTo(redis, 'PING')).toBe('done');
    await put(user('d'));
    await eventually('a connection that has ended', () => redis.status === 'end');
    expect(await answerTo(client(urlOf('d')), 'PING')).not.toBe('done');
  });

  it('is made anew when Redis has forgotten it, and left alone when it is right', async () => {
    const wanted = [user('e', PASSWORD), user('f'), user('g', 'one', 'two')];
    await put(...wanted);
    expect(await users.mend(wanted)).toBe(0);
    await client(server.url).call('ACL', 'DELUSER', nodeUserName('node_e'));
    expect(await users.mend(wanted)).toBe(1);
    expect(await answerTo(client(urlOf('e')), 'PING')).toBe('done');
    expect(await users.mend([user('e', 'another')])).toBe(1);
  });
});
