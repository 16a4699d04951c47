import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startChild } from './child-process.ts';
import type { EmbeddedServer, EmbeddedServerOptions } from './embedded-server.ts';
import { claimable, socketPath } from './listening.ts';
import { secretFile } from './secret-file.ts';

const TITLE = 'the private Redis';
const DEFAULT_PORT = 6379;

/** Sends one inline command after logging in and gives the last line of the answer; null when nothing answers. */
function ask(socket: string, password: string, command: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const connection = connect(socket, () => connection.end(`AUTH ${password}\r\n${command}\r\n`));
    connection.setEncoding('utf8');
    connection.on('data', (text: string) => {
      answer += text;
    });
    connection.on('error', () => resolve(null));
    connection.on('end', () => resolve(answer.trim().split('\r\n').at(-1) ?? null));
  });
}

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
  const child = await startChild({
    title: TITLE,
    argv: ['redis-server', '-'],
    input: configuration(options, home, socket, password),
    logFile: join(options.directory, 'redis.log'),
    stopSignal: 'SIGTERM',
    user: null,
    ready: async () => (await ask(socket, password, 'PING')) === '+PONG',
  });
  const socketUrl = `unix://${encodeURI(socket)}?password=${password}`;
  const [host] = hosts;
  return { ...child, socketUrl, url: host === undefined ? socketUrl : `redis://:${password}@${host}:${port}` };
}
