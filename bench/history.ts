// What it costs to remember everything: changes with recording next to the same without, in turns; what a node pulls; and what rebuilding a state takes.
// Needs nothing: it makes a Postgres of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@weft/host';
import { commits } from './history/commits.ts';
import { reads } from './history/reads.ts';
import { print } from './row.ts';

const directory = await mkdtemp(join(tmpdir(), 'weft-bench-'));
const postgres = await startPostgres({ directory, durable: false });
try {
  print([...(await commits(postgres.socketUrl)), ...(await reads(postgres.socketUrl))], process.argv.includes('--json'));
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
