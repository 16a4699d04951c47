import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readIfThere, writeAtomically } from '../disk/atomic-file.ts';

/** What the executor is started with, as the file that its unit reads has it. */
export type Settings = Readonly<Record<string, string>>;

const SET = /^([A-Z_]+)=(.*)$/;

/** Settings in the syntax of systemd.exec(5) EnvironmentFile; values need no quotes, as none of ours has spaces. */
const render = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** The settings in a file; none when there is no file. */
export async function readSettings(path: string): Promise<Settings> {
  const lines = ((await readIfThere(path)) ?? '').split('\n');
  return Object.fromEntries(lines.flatMap((line) => (SET.exec(line) === null ? [] : [SET.exec(line)?.slice(1) as [string, string]])));
}

/** Puts settings into a file; what else somebody has set there stays. */
export async function writeSettings(path: string, settings: Settings): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeAtomically(path, render({ ...(await readSettings(path)), ...settings }));
}

/** Removes the file. */
export const removeSettings = (path: string): Promise<void> => rm(path, { force: true });
