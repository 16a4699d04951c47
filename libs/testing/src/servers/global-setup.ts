import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@weft/host';
import { createDatabase, migrate } from '@weft/store';
import { POSTGRES_URL, REDIS_URL, TEMPLATE } from './test-servers.ts';

const MEMORY = '/dev/shm';
const ROOM = 4 * 2 ** 30;

/**
 * Where servers write: in memory where there is room for it. Thousands of databases made and dropped on a disk, without fsync, had an fsync of anybody else wait for half a
 * minute.
 */
async function parent(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => null);
  const room = memory === null ? 0 : Math.min(memory.bavail * memory.bsize, process.availableMemory());
  return room >= ROOM ? MEMORY : tmpdir();
}

/** Vitest's global setup of the tier `server`: one Postgres and one Redis for the run, reached over sockets. Gives what ends them. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(await parent(), 'weft-test-'));
  const [postgres, redis] = await Promise.all([startPostgres({ directory, durable: false }), startRedis({ directory, durable: false })]);
  await migrate({ databaseUrl: await createDatabase(postgres.socketUrl, TEMPLATE) });
  process.env[POSTGRES_URL] = postgres.socketUrl;
  process.env[REDIS_URL] = redis.socketUrl;
  return async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
}
