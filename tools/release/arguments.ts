import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../run-command.ts';
import { git } from './git.ts';

/** Why there is no release: a sentence for whoever asked for one. Its exit status is 2 when the command line is what is wrong. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What is to be released. */
export interface WantedRelease {
  readonly version: string;
  /** Pack everything, and neither commit nor tag. */
  readonly dryRun: boolean;
}

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
const DRY_RUN = '--dry-run';

/** Whether a version comes after another (https://semver.org, 11; without pre-releases). Both are X.Y.Z. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const at = a.findIndex((number, place) => number !== b[place]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}

/** Reads the arguments alone. Throws ReleaseError. */
export function readArguments(args: readonly string[]): WantedRelease {
  const words = args.filter((arg) => arg !== DRY_RUN);
  const [version] = words;
  if (words.length !== 1 || version === undefined || !VERSION.test(version))
    throw new ReleaseError('usage: ./weft release X.Y.Z [--dry-run]', 2);
  return { version, dryRun: args.includes(DRY_RUN) };
}

/** What is to be released, when it can be. Throws ReleaseError. */
export async function wantedRelease(args: readonly string[]): Promise<WantedRelease> {
  const wanted = readArguments(args);
  const { version: last } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  if (!isNewer(wanted.version, last)) throw new ReleaseError(`${wanted.version} does not come after ${last}, which this is`);
  if (!wanted.dryRun && (await git('status', '--porcelain')) !== '')
    throw new ReleaseError('there are changes that are not committed: only what is committed is released');
  if ((await git('tag', '--list', `v${wanted.version}`)) !== '') throw new ReleaseError(`there is a tag v${wanted.version} already`);
  return wanted;
}
