import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '@weft/host';
import { GuestError } from './guest-error.ts';

/** Told in one line before anything that takes long. */
export type Say = (line: string) => void;

/** Downloads are large and mirrors are slow at times. */
const INSTALL_MS = 300_000;
const UNPACK_MS = 300_000;

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

/** Installs those of the packages that are missing, and says so first. Throws GuestError when that cannot be. */
export async function installPackages(packages: readonly string[], say: Say): Promise<void> {
  const installed = await Promise.all(packages.map(isInstalled));
  const missing = packages.filter((_name, place) => !installed[place]);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new GuestError(`the guest kernel needs Debian packages, run this once as root: apt-get install ${missing.join(' ')}`);
  say(`installing Debian packages for the guest kernel: ${missing.join(' ')}`);
  await aptGet('/', missing.join(' '), 'install', '--yes', '--no-install-recommends', ...missing);
}

/**
 * Downloads a package and unpacks it; nothing of it is installed.
 *
 * @param to the folder that its root becomes, which stands only when it is whole; the folder above it is there
 * @param finish done to the root before it counts
 * @throws GuestError
 */
export async function unpackPackage(name: string, to: string, finish: (root: string) => Promise<void> = async () => {}): Promise<void> {
  const partial = await mkdtemp(join(dirname(to), 'partial-'));
  try {
    await aptGet(partial, name, 'download', name);
    const archive = (await readdir(partial)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new GuestError(`apt-get download ${name} left no package behind`);
    const root = join(partial, 'root');
    const { exitCode, stderr } = await runCommand({ argv: ['dpkg', '-x', join(partial, archive), root], timeoutMs: UNPACK_MS });
    if (exitCode !== 0) throw new GuestError(`${archive} could not be unpacked: ${stderr.trim()}`);
    await finish(root);
    // Whoever else did the same at the same time was first, which is as good.
    await rename(root, to).catch(() => undefined);
  } finally {
    await rm(partial, { recursive: true });
  }
}
