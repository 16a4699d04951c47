import { join } from 'node:path';
import { installPackages, type Say } from '../debian-packages.ts';
import type { GuestKernel } from '../guest-kernel.ts';
import { makeInitrd } from './initrd.ts';
import { kernelImage } from './kernel-image.ts';
import { OUTPUT_PORT, qemuArgv } from './qemu.ts';

/** What emulates the guest, and what its initial file system is made of and with. None of them starts a service. */
const PACKAGES = ['qemu-system-x86', 'busybox-static', 'cpio', 'kmod'];

/**
 * Debian's stock kernel under qemu: it has everything that the backends use, and is slow. Makes sure of the packages that it needs; when all is
 * there, that costs some hundredths of a second.
 *
 * @param folder where unpacked kernels are kept
 * @throws GuestError
 */
export async function emulatedKernel(folder: string, say: Say): Promise<GuestKernel> {
  await installPackages(PACKAGES, say);
  const image = await kernelImage(folder, say);
  return {
    release: image.release,
    modules: join(image.root, 'lib/modules', image.release),
    surroundings: { output: OUTPUT_PORT },
    program: async (own, files) => {
      const initrd = await makeInitrd(own, image, files);
      return { argv: qemuArgv({ vmlinuz: image.vmlinuz, initrd, shares: files.shares }) };
    },
  };
}
