import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child-process.ts';
import type { EmbeddedServer, EmbeddedServerOptions } from './embedded-server.ts';
import { claimable, socketPath } from './listening.ts';
import { askRedis } from './redis-question.ts';
import { secretFile } from './secret-file.ts';

const TITLE = 'the private Redis';
const DEFAULT_PORT = 6379;

function configuration(options: EmbeddedServerOptions, directory: string, socket: string, password: string): string {
  const { hosts = [], port = DEFAULT_PORT, durable = true } = options;
  const quoted = (path: string) => `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = [
    `dir ${quoted(directory)}`,
    `unixsocket ${quoted(socket)}`,
    'unixsocketperm 700',
    `requirepass ${password}`,
    hosts.length === 0 ? 'port 0' : `port ${port}\nbind ${hosts.join(' ')}`,
    // BullMQ loses jobs when keys may be evicted; an append-only file keeps hints over a restart.
    'maxmemory-policy noeviction',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'save ""',
    'databases 64',
    'daemonize no',
  ];
  return `${lines.join('\n')}\n`;
}

/** Starts a Redis of our own with its data kept in `directory`; some 50 ms. Throws EmbeddedServerError. */
export async function startRedis(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { hosts = [], port = DEFAULT_PORT } = options;
  const home = join(options.directory, 'redis');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const socket = socketPath(TITLE, home, 'redis.sock');
  await rm(socket, { force: true });
  await claimable(TITLE, hosts, port);
  const password = await secretFile(join(options.directory, 'redis.password'));
  const socketUrl = `unix://${encodeURI(socket)}?password=${password}`;
  const child = await startChild({
    title: TITLE,
    argv: ['redis-server', '-'],
    input: configuration(options, home, socket, password),
    logFile: join(options.directory, 'redis.log'),
    stopSignal: 'SIGTERM',
    user: null,
    ready: async () => (await askRedis(socketUrl, 'PING')) === '+PONG',
  });
  const [host] = hosts;
  return { ...child, socketUrl, url: host === undefined ? socketUrl : `redis://:${password}@${host}:${port}` };
}
