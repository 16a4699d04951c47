import { rm, rmdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { destroyLab } from '@weft/testing';
import type { StatePaths } from '../state/paths.ts';
import { isAlive } from '../state/process-identity.ts';
import { clearRun, readRun } from '../state/run-record.ts';

/** Time a supervisor gets to stop everything in order, in milliseconds. After that it is killed, and its children end with it. */
const PATIENCE_MS = 45_000;

/**
 * Stops what runs in a state directory and removes its lab, also what a crash left of it. Data stays.
 *
 * @returns whether there was anything
 */
export async function stopFleet(paths: StatePaths): Promise<boolean> {
  const run = await readRun(paths);
  if (run !== null) {
    process.kill(run.supervisor.pid, 'SIGTERM');
    const deadline = performance.now() + PATIENCE_MS;
    while (await isAlive(run.supervisor)) {
      if (performance.now() > deadline) process.kill(run.supervisor.pid, 'SIGKILL');
      await sleep(20);
    }
  }
  const hadLab = await destroyLab(paths.directory);
  await clearRun(paths);
  return run !== null || hadLab;
}

/** Removes everything that a stopped fleet kept: database, queue, credentials, keys, logs. */
export async function purge({ directory, ...kept }: StatePaths): Promise<void> {
  for (const path of Object.values(kept)) await rm(path, { recursive: true, force: true });
  // A directory with other things in it is not ours to remove.
  await rmdir(directory).catch(() => undefined);
}
