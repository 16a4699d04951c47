import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { must } from '../../lab/run.ts';
import { aptGet, type Say, unpackPackage } from '../debian-packages.ts';
import { GuestError } from '../guest-error.ts';

/** Debian's stock kernel, unpacked in a folder of ours: nothing of it is installed on the machine. */
export interface KernelImage {
  /** As `uname -r` prints it, such as 6.1.0-56-amd64. */
  readonly release: string;
  readonly vmlinuz: string;
  /** The folder that stands for / when `modprobe -d` and `depmod -b` look for modules. */
  readonly root: string;
}

const PACKAGE = 'linux-image-amd64';

/** The package that Debian's meta package stands for today. */
async function currentPackage(): Promise<string | undefined> {
  const { stdout } = await runCommand({ argv: ['apt-cache', 'depends', PACKAGE] });
  return /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
}

async function download(folder: string, say: Say): Promise<void> {
  let name = await currentPackage();
  if (name === undefined) {
    await aptGet('/', 'package lists', 'update');
    name = await currentPackage();
  }
  if (name === undefined) throw new GuestError(`apt knows no ${PACKAGE}: the guest kernel comes from Debian's packages`);
  say(`fetching ${name} for the guest kernel (70 MB; unpacked below .weft/guest, not installed)`);
  const release = name.replace('linux-image-', '');
  await unpackPackage(name, join(folder, `kernel-${release}`), async (root) => {
    await must(['depmod', '-b', root, release]);
  });
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

/** The kernel in a folder, fetched when it is not there yet. Throws GuestError. */
export async function kernelImage(folder: string, say: Say): Promise<KernelImage> {
  await mkdir(folder, { recursive: true });
  if ((await unpacked(folder)) === undefined) await download(folder, say);
  const image = await unpacked(folder);
  if (image === undefined) throw new GuestError(`no kernel could be unpacked to ${folder}`);
  return image;
}
