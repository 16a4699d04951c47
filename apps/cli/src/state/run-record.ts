import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StatePaths } from './paths.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What runs in a state directory now: written by the supervisor, read by every other command. */
export interface RunRecord {
  readonly supervisor: ProcessIdentity;
  readonly url: string;
  /** Nodes of the lab; 0: only the control plane. */
  readonly nodes: number;
  readonly phase: 'starting' | 'ready' | 'stopping';
  /** Process ids by name, for whoever looks for them. */
  readonly processes: Readonly<Record<string, number>>;
}

/** The record of a supervisor that is alive; null when nothing runs, also when a crash left a record behind. */
export async function readRun(paths: StatePaths): Promise<RunRecord | null> {
  const text = await readFile(paths.runRecord, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const record = JSON.parse(text) as RunRecord;
  return (await isAlive(record.supervisor)) ? record : null;
}

/** Replaces the record as a whole, so that no reader sees half of it. */
export async function writeRun(paths: StatePaths, record: RunRecord): Promise<void> {
  await mkdir(dirname(paths.runRecord), { recursive: true });
  const next = `${paths.runRecord}.${record.supervisor.pid}`;
  await writeFile(next, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(next, paths.runRecord);
}

/** Removes the record. */
export const clearRun = (paths: StatePaths): Promise<void> => rm(paths.runRecord, { force: true });
