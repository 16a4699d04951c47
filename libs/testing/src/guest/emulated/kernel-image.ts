import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { must } from '../lab/run.ts';
import { aptGet, installPackages } from './debian-packages.ts';
import { GuestError } from './guest-error.ts';

/** Debian's stock kernel, unpacked in a folder of ours: nothing of it is installed on the machine. */
export interface KernelImage {
  /** As `uname -r` prints it, such as 6.1.0-56-amd64. */
  readonly release: string;
  readonly vmlinuz: string;
  /** The folder that stands for / when `modprobe -d` and `depmod -b` look for modules. */
  readonly root: string;
}

const PACKAGE = 'linux-image-amd64';
const UNPACK_MS = 300_000;

/** The package that Debian's meta package stands for today. */
async function currentPackage(): Promise<string | undefined> {
  const { stdout } = await runCommand({ argv: ['apt-cache', 'depends', PACKAGE] });
  return /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
}

async function download(folder: string, say: (line: string) => void): Promise<void> {
  let name = await currentPackage();
  if (name === undefined) {
    await aptGet('/', 'package lists', 'update');
    name = await currentPackage();
  }
  if (name === undefined) throw new GuestError(`apt knows no ${PACKAGE}: the guest kernel comes from Debian's packages`);
  say(`fetching ${name} for the guest kernel (70 MB; unpacked below .weft/guest, not installed)`);
  const partial = await mkdtemp(join(folder, 'partial-'));
  try {
    await aptGet(partial, name, 'download', name);
    const archive = (await readdir(partial)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new GuestError(`apt-get download ${name} left no package behind`);
    const root = join(partial, 'root');
    const { exitCode, stderr } = await runCommand({ argv: ['dpkg', '-x', join(partial, archive), root], timeoutMs: UNPACK_MS });
    if (exitCode !== 0) throw new GuestError(`${archive} could not be unpacked: ${stderr.trim()}`);
    const release = name.replace('linux-image-', '');
    await must(['depmod', '-b', root, release]);
    // Whoever else did the same at the same time was first, which is as good.
    await rename(root, join(folder, `kernel-${release}`)).catch(() => undefined);
  } finally {
    await rm(partial, { recursive: true });
  }
}

async function unpacked(folder: string): Promise<KernelImage | undefined> {
  const newest = (await readdir(folder))
    .filter((name) => name.startsWith('kernel-'))
    .sort()
    .at(-1);
  if (newest === undefined) return undefined;
  const root = join(folder, newest);
  const release = newest.replace('kernel-', '');
  return { release, vmlinuz: join(root, 'boot', `vmlinuz-${release}`), root };
}

/**
 * Makes sure of the packages and the kernel that a guest needs; when all is there, that costs some hundredths of a second.
 *
 * @param folder where unpacked kernels are kept
 * @param say told in one line before anything that takes long
 * @throws GuestError
 */
export async function prepareKernel(folder: string, say: (line: string) => void): Promise<KernelImage> {
  await installPackages(say);
  await mkdir(folder, { recursive: true });
  if ((await unpacked(folder)) === undefined) await download(folder, say);
  const image = await unpacked(folder);
  if (image === undefined) throw new GuestError(`no kernel could be unpacked to ${folder}`);
  return image;
}
