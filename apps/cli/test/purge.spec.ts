import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { purge } from '../src/fleet/stop.ts';
import { statePaths } from '../src/state/paths.ts';

/** A directory in which a fleet was, with something at every path that it keeps anything at. */
async function left() {
  const { directory, ...kept } = statePaths(await mkdtemp(join(tmpdir(), 'weft-purge-')));
  for (const path of Object.values(kept)) {
    await mkdir(path);
    await writeFile(join(path, 'something'), 'secret');
  }
  return statePaths(directory);
}

it('leaves nothing of what a fleet kept', async () => {
  const paths = await left();
  await purge(paths);
  expect(existsSync(paths.directory)).toBe(false);
});

it('leaves what is not ours', async () => {
  const paths = await left();
  const theirs = join(paths.directory, 'theirs');
  await writeFile(theirs, 'kept');
  await purge(paths);
  expect(existsSync(theirs)).toBe(true);
  await rm(paths.directory, { recursive: true });
});
