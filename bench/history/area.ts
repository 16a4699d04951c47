import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@weft/host';
import type { Area } from '../harness/area.ts';
import { commits } from './commits.ts';
import { reads } from './reads.ts';

/** Does something with a Postgres of its own, which writes nothing durably. */
async function withPostgres<T>(work: (server: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const postgres = await startPostgres({ directory, durable: false });
  try {
    return await work(postgres.socketUrl);
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What it costs to remember every state. */
export const history: Area = {
  summary: 'what remembering every state adds to changes, and what pulling and rebuilding one takes',
  sizeOf: 'endpoints or services',
  measurements: [
    { name: 'commits', sizes: [1_000], quickSizes: [100], take: (size) => withPostgres((server) => commits(server, size)) },
    { name: 'reads', sizes: [1_000, 10_000], quickSizes: [1_000], take: (size) => withPostgres((server) => reads(server, size)) },
  ],
};
