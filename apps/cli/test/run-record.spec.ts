import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type StatePaths, stateDirectory, statePaths } from '../src/state/paths.ts';
import { identify } from '../src/state/process-identity.ts';
import { clearRun, type RunRecord, readRun, writeRun } from '../src/state/run-record.ts';

const place = async (): Promise<StatePaths> => statePaths(await mkdtemp(join(tmpdir(), 'weft-state-')));
const record = async (): Promise<RunRecord> => {
  const supervisor = await identify(process.pid);
  if (supervisor === null) throw new Error('no /proc');
  return { supervisor, url: 'http://127.0.0.1:7070', nodes: 3, phase: 'ready', processes: { redis: 1 } };
};

it('gives back what runs, in a file that only its owner reads', async () => {
  const paths = await place();
  await writeRun(paths, await record());
  expect(await readRun(paths)).toEqual(await record());
  expect((await stat(paths.runRecord)).mode & 0o777).toBe(0o600);
});

it('says that nothing runs when there is no record, or its supervisor is gone', async () => {
  const paths = await place();
  expect(await readRun(paths)).toBeNull();
  await writeRun(paths, { ...(await record()), supervisor: { pid: process.pid, startTime: '1' } });
  expect(await readRun(paths)).toBeNull();
  await clearRun(paths);
  await clearRun(paths);
});

it('finds the state directory: the option, then WEFT_STATE, then the default', () => {
  expect(stateDirectory('/a', { WEFT_STATE: '/b' })).toBe('/a');
  expect(stateDirectory(undefined, { WEFT_STATE: '/b' })).toBe('/b');
  expect(stateDirectory(undefined, { WEFT_STATE: '' })).toBe('/var/lib/weft');
});
