import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { root } from '../../run-command.ts';

/** Where Debian is fetched from. */
export const MIRROR = 'http://deb.debian.org/debian';

/** A mirror may be slow, and a disk too. */
const FETCH_MS = 580_000;

async function must(argv: readonly [string, ...string[]]): Promise<void> {
  const { exitCode, stdout, stderr } = await runCommand({ argv, env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: FETCH_MS });
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit status ${exitCode}; ${stdout.slice(-2000)} ${stderr.trim()}`);
}

/**
 * The files of a minimal Debian with some packages, which are fetched by debootstrap when they are not there yet.
 *
 * @param name of its folder below `.weft/containers`: other packages, another name
 */
export async function debianTree(name: string, suite: string, packages: readonly string[] = []): Promise<string> {
  const folder = join(root, '.weft/containers');
  const tree = join(folder, name);
  if ((await stat(tree).catch(() => null)) !== null) return tree;
  if ((await runCommand({ argv: ['debootstrap', '--version'] }).catch(() => null))?.exitCode !== 0)
    await must(['apt-get', '-qq', 'install', '--yes', '--no-install-recommends', 'debootstrap']);
  await mkdir(folder, { recursive: true });
  const partial = await mkdtemp(join(folder, 'partial-'));
  try {
    const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
    await must(['debootstrap', '--variant=minbase', ...include, suite, join(partial, 'tree'), MIRROR]);
    await rename(join(partial, 'tree'), tree);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return tree;
}
