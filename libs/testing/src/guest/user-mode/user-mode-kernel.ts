import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '../../lab/run.ts';
import { installPackages, type Say, unpackPackage } from '../debian-packages.ts';
import { GuestError } from '../guest-error.ts';
import type { GuestKernel } from '../guest-kernel.ts';
import { initScript } from './init-script.ts';
import { guestProcessor } from './processor.ts';
import { umlArgv } from './uml.ts';

/** What compiles for the guest, in a hundredth of a second, and what it starts and ends with. None of them starts a service. */
const PACKAGES = ['tcc', 'busybox-static', 'kmod'];

const PACKAGE = 'user-mode-linux';
const WIDE_REGISTERS = fileURLToPath(new URL('./wide-registers.c', import.meta.url));

/** Its nf_tables lacks the families of IP: whoever calls iptables gets the variant that does without. */
const LEGACY = 'mount --bind /usr/sbin/xtables-legacy-multi /usr/sbin/xtables-nft-multi';

/**
 * User-mode Linux: what computes does so at the machine's own speed, a system call takes some 20 µs. It has ip_vs, dummy, ipset, SCTP and
 * iptables-legacy, and no nftables. Makes sure of the packages that it needs; when all is there, that costs some hundredths of a second.
 *
 * @param folder where unpacked kernels are kept
 * @throws GuestError
 */
export async function userModeKernel(folder: string, say: Say): Promise<GuestKernel> {
  await installPackages(PACKAGES, say);
  await mkdir(folder, { recursive: true });
  const root = join(folder, PACKAGE);
  const linux = join(root, 'usr/bin/linux.uml');
  if (
    !(await access(linux).then(
      () => true,
      () => false,
    ))
  ) {
    say(`fetching ${PACKAGE} for the guest kernel (40 MB; unpacked below .weft/guest, not installed)`);
    await unpackPackage(PACKAGE, root);
  }
  const tree = join(root, 'usr/lib/uml/modules');
  const [release] = await readdir(tree);
  if (release === undefined) throw new GuestError(`${PACKAGE} has no modules`);
  return {
    release,
    modules: join(tree, release),
    surroundings: { output: '/dev/ttyS0', before: ['stty -F /dev/ttyS0 -opost', LEGACY] },
    program: async (own, files) => {
      const processor = guestProcessor(await readFile('/proc/self/status', 'utf8'));
      const init = join(own, 'init');
      const wideRegisters = join(own, 'wide-registers.so');
      await writeFile(init, initScript(files), { mode: 0o755 });
      await must(['tcc', '-shared', '-nostdlib', '-o', wideRegisters, WIDE_REGISTERS]);
      return { argv: umlArgv({ linux, init, processor }), env: { LD_PRELOAD: wideRegisters } };
    },
  };
}
