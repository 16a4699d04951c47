import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { must } from '../../lab/run.ts';
import type { GuestFiles } from '../job.ts';
import { initScript } from './init-script.ts';
import type { KernelImage } from './kernel-image.ts';

/** What must be loaded before the host's files can be seen; all others load from there, when the kernel asks for them. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'virtio_console'];
const APPLETS = ['sh', 'mount', 'mkdir', 'insmod', 'switch_root'];
const FOLDERS = ['bin', 'modules', 'dev', 'host', 'writes', 'root'];

/** The files of a module and of those it needs, in the order in which they load. */
async function moduleFiles(module: string, { root, release }: KernelImage): Promise<string[]> {
  const plan = await must(['modprobe', '-d', root, '-S', release, '--show-depends', module]);
  return [...plan.matchAll(/^insmod (\S+)/gm)].flatMap(([, file]) => (file === undefined ? [] : [file]));
}

/**
 * Writes an initial file system (kernel Documentation/filesystems/ramfs-rootfs-initramfs.rst) of some 3 MB.
 *
 * @param folder an empty one, for its files and for `initrd`
 * @returns the path of the archive
 */
export async function makeInitrd(folder: string, image: KernelImage, guest: GuestFiles): Promise<string> {
  const tree = join(folder, 'tree');
  for (const name of FOLDERS) await mkdir(join(tree, name), { recursive: true });
  await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
  for (const applet of APPLETS) await symlink('busybox', join(tree, 'bin', applet));
  const modules = new Set<string>();
  for (const module of MODULES) for (const file of await moduleFiles(module, image)) modules.add(file);
  for (const file of modules) await copyFile(file, join(tree, 'modules', basename(file)));
  const names = [...modules].map((file) => basename(file));
  await writeFile(join(tree, 'init'), initScript(names, guest), { mode: 0o755 });
  const files = ['init', ...FOLDERS, ...['busybox', ...APPLETS].map((name) => `bin/${name}`), ...names.map((name) => `modules/${name}`)];
  const archive = join(folder, 'initrd');
  await must(['cpio', '--quiet', '--create', '--format=newc', `--directory=${tree}`, '-O', archive], `${files.join('\n')}\n`);
  return archive;
}
