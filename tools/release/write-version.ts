import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepRelease } from '../../libs/sdk/test/compatibility/keep-release.ts';
import { CHANGELOG, changelogWith } from './changelog.ts';
import { git, gitIn } from './git.ts';

/** Changes a JSON file in the form that npm gives it. */
async function rewrite(file: string, change: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(value);
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The newest release before a commit; null: there was none. */
const lastTag = (): Promise<string | null> => git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*').catch(() => null);

/** Writes a version down in a checkout: in every package, the lock file, the changelog, and the document of the API that programs may rely on. */
export async function writeVersion({ directory }: { readonly directory: string }, version: string): Promise<void> {
  for await (const manifest of glob(['package.json', '{apps,libs}/*/package.json'], { cwd: directory }))
    await rewrite(join(directory, manifest), (value) => {
      value.version = version;
    });
  await rewrite(join(directory, 'package-lock.json'), (lock) => {
    lock.version = version;
    const packages = lock.packages as Record<string, { version?: string }>;
    for (const [place, entry] of Object.entries(packages)) if (place === '' || /^(apps|libs)\//.test(place)) entry.version = version;
  });
  const since = await lastTag();
  const subjects = await git('log', '--no-merges', '--format=%s', ...(since === null ? [] : [`${since}..HEAD`]));
  const [written, date] = [join(directory, CHANGELOG), await git('log', '-1', '--format=%cs')];
  const before = await readFile(written, 'utf8').catch(() => null);
  await writeFile(written, changelogWith(before, { version, date, subjects: subjects.split('\n') }));
  await keepRelease(join(directory, 'openapi'));
  await gitIn(directory, 'add', CHANGELOG);
}
