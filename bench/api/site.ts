import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@weft/host';
import { type ClusterNetwork, DEFAULT_NETWORK } from '@weft/model';
import { createDatabase, initialise, migrate } from '@weft/store';
import pg from 'pg';
import { type Client, clientOf } from './client.ts';

/** What a cluster may have otherwise than usual. */
export interface PlaneOptions {
  readonly network?: ClusterNetwork;
  /** More of the control plane's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A control plane in a process of its own, on a database of its own. */
export interface Plane {
  readonly client: Client;
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly databaseUrl: string;
  /** A connection to that database. */
  readonly sql: pg.Client;
  /** Stops it; with a profile directory (WEFT_BENCH_PROFILE) that writes where its time went. */
  stop(): Promise<void>;
}

/** A Postgres that keeps what it acknowledges, a Redis, and control planes as the build made them. */
export interface Site {
  /** Of the Postgres: its superuser, over a socket. */
  readonly postgresUrl: string;
  readonly postgresPid: number;
  readonly redisPid: number;
  /** Of the Redis: over its socket. */
  readonly redisUrl: string;
  /** A new cluster with a control plane on it; Redis holds nothing of another. */
  plane(name: string, options?: PlaneOptions): Promise<Plane>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** As the build made it. */
const PROGRAM = join(import.meta.dirname, '../../apps/control-plane/dist/main.mjs');

const READY_WITHIN_MS = 30_000;

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the control plane ended with ${child.exitCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (performance.now() > deadline) throw new Error('the control plane did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts the servers; about two seconds. */
export async function openSite(): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const [postgres, redis] = await Promise.all([startPostgres({ directory }), startRedis({ directory, durable: false })]);
  const profile = process.env.WEFT_BENCH_PROFILE;
  const planes = new Set<Plane>();

  const start = async (name: string, redisDatabase: number, { network = DEFAULT_NETWORK, env = {} }: PlaneOptions): Promise<Plane> => {
    const databaseUrl = await createDatabase(postgres.socketUrl, name);
    await migrate({ databaseUrl });
    await initialise({ databaseUrl }, network);
    const token = randomBytes(24).toString('hex');
    const tokenFile = join(directory, `${name}.token`);
    await writeFile(tokenFile, token, { mode: 0o600 });
    if (profile !== undefined) await mkdir(profile, { recursive: true });
    const port = await freePort();
    const child = spawn(
      process.execPath,
      [
        ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`]),
        PROGRAM,
        'serve',
      ],
      {
        env: {
          DATABASE_URL: databaseUrl,
          REDIS_URL: `${redis.socketUrl}&db=${redisDatabase}`,
          WEFT_ADMIN_TOKEN_FILE: tokenFile,
          WEFT_LISTEN: `127.0.0.1:${port}`,
          WEFT_LOG: 'warn',
          WEFT_REQUESTS_PER_SECOND: '100000',
          ...env,
        },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const url = `http://127.0.0.1:${port}`;
    const client = clientOf(url, token);
    const sql = new pg.Client({ connectionString: databaseUrl });
    await sql.connect();
    const plane: Plane = {
      client,
      url,
      token,
      pid: child.pid ?? 0,
      databaseUrl,
      sql,
      async stop() {
        planes.delete(plane);
        client.close();
        await sql.end();
        if (child.exitCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
    planes.add(plane);
    await untilReady(child, url);
    return plane;
  };

  let started = 0;
  return {
    postgresUrl: postgres.socketUrl,
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    redisUrl: redis.socketUrl,
    plane: (name, options = {}) => start(name, started++, options),
    async close() {
      await Promise.all([...planes].map((plane) => plane.stop()));
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
