import { rm } from 'node:fs/promises';
import { startPostgres, startRedis } from '@weft/host';
import { createDatabase, migrate } from '@weft/store';
import { newServersFolder } from './new-folder.ts';
import { POSTGRES_URL, REDIS_URL, TEMPLATE } from './test-servers.ts';

/** Vitest's global setup of the tier `server`: one Postgres and one Redis for the run, reached over sockets. Gives what ends them. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await newServersFolder('weft-test-');
  const [postgres, redis] = await Promise.all([startPostgres({ directory, durable: false }), startRedis({ directory, durable: false })]);
  await migrate({ databaseUrl: await createDatabase(postgres.socketUrl, TEMPLATE) });
  process.env[POSTGRES_URL] = postgres.socketUrl;
  process.env[REDIS_URL] = redis.socketUrl;
  return async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
}
