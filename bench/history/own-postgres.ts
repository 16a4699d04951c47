import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@weft/host';

/** Does something with a Postgres of its own, which writes nothing durably. */
export async function withPostgres<T>(work: (server: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const postgres = await startPostgres({ directory, durable: false });
  try {
    return await work(postgres.socketUrl);
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
