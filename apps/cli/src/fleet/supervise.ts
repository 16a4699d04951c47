import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { StatePaths } from '../state/paths.ts';
import { identify } from '../state/process-identity.ts';
import { clearRun, type RunRecord, writeRun } from '../state/run-record.ts';
import { UserError } from '../user-error.ts';
import { type FleetEvents, startFleet, urlOf } from './fleet.ts';
import type { FleetOptions } from './options.ts';

/** How the one who waits for the fleet is told about it. */
export interface Progress {
  readonly step: (text: string) => void;
  readonly ready: () => void;
}

/**
 * Starts a fleet, keeps it running until `signal` fires, and stops it. The record in the state directory says what runs, for as long as it
 * runs.
 *
 * @throws whatever startFleet throws; nothing runs then
 */
export async function supervise(options: FleetOptions, paths: StatePaths, progress: Progress, signal: AbortSignal): Promise<void> {
  await makeDirectories(paths);
  const supervisor = await identify(process.pid);
  if (supervisor === null) throw new UserError('/proc is not mounted here, and weft needs it');
  let record: RunRecord = { supervisor, url: urlOf(options), nodes: options.nodes, phase: 'starting', processes: {} };
  let written = writeRun(paths, record);
  const update = (change: Partial<RunRecord>) => {
    record = { ...record, ...change };
    written = written.then(() => writeRun(paths, record));
  };
  const events: FleetEvents = {
    done: progress.step,
    lost: (what) => console.error(`${new Date().toISOString()} ${what}`),
    process: (name, pid) => update({ processes: { ...record.processes, [name]: pid } }),
  };
  try {
    const fleet = await startFleet(options, paths, await adminToken(paths), events, signal);
    update({ phase: 'ready' });
    await written;
    progress.ready();
    await aborted(signal);
    update({ phase: 'stopping' });
    await fleet.stop();
  } finally {
    await written.then(() => clearRun(paths));
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

async function makeDirectories(paths: StatePaths): Promise<void> {
  try {
    // The account that Postgres runs as has to get through to its own directory.
    await mkdir(paths.directory, { recursive: true, mode: 0o755 });
    for (const directory of [paths.servers, paths.logs, paths.nodes]) await mkdir(directory, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw new UserError(`${paths.directory} cannot be written (${(error as Error).message}): choose another directory with --state`, {
      cause: error,
    });
  }
}

async function adminToken(paths: StatePaths): Promise<string> {
  try {
    return (await readFile(paths.adminToken, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = `weft_${randomBytes(32).toString('base64url')}`;
  await writeFile(paths.adminToken, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}
