import { runCommand } from '@weft/host';
import { GuestError } from './guest-error.ts';

/** What emulates the guest, and what its initial file system is made of and with. None of them starts a service. */
const PACKAGES = ['qemu-system-x86', 'busybox-static', 'cpio', 'kmod'];

/** Downloads are large and mirrors are slow at times. */
const INSTALL_MS = 300_000;

async function isInstalled(name: string): Promise<boolean> {
  const { stdout } = await runCommand({ argv: ['dpkg-query', '--status', name] });
  return /^Status: .* installed$/m.test(stdout);
}

/** Runs apt-get, on fresh package lists when the ones that are there do not do. Throws GuestError that says what could not be had. */
export async function aptGet(cwd: string, what: string, ...args: readonly string[]): Promise<void> {
  const run = (...given: readonly string[]) =>
    runCommand({
      argv: ['env', `--chdir=${cwd}`, 'apt-get', '-qq', '-o', 'APT::Sandbox::User=root', '-o', 'Dpkg::Use-Pty=0', ...given],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: INSTALL_MS,
    });
  if ((await run(...args)).exitCode === 0) return;
  await run('update');
  const { exitCode, stderr } = await run(...args);
  if (exitCode !== 0) throw new GuestError(`apt-get could not get ${what} for the guest kernel: ${stderr.trim()}`);
}

/** Installs what is missing, and says so first. Throws GuestError when that cannot be. */
export async function installPackages(say: (line: string) => void): Promise<void> {
  const installed = await Promise.all(PACKAGES.map(isInstalled));
  const missing = PACKAGES.filter((_name, place) => !installed[place]);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new GuestError(`the guest kernel needs Debian packages, run this once as root: apt-get install ${missing.join(' ')}`);
  say(`installing Debian packages for the guest kernel: ${missing.join(' ')}`);
  await aptGet('/', missing.join(' '), 'install', '--yes', '--no-install-recommends', ...missing);
}
