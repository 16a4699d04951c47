import { delimiter, join } from 'node:path';
import { GuestError, ownKernelHasIpvs, prepareKernel, runInGuest } from '../libs/testing/src/guest/index.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.weft/guest');

/** A guest that is not done after this long hangs. */
const DEADLINE_MS = 2_400_000;

/** A command, and the folders that it leaves something in; all else that it writes is gone afterwards. */
export interface GuestCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly writable?: readonly string[];
}

/** Boots the guest kernel, runs a command in it as root with its output shown, and returns its exit status. */
export async function bootAndRun(command: GuestCommand): Promise<number> {
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
  try {
    const image = await prepareKernel(folder, (line) => console.error(`weft: ${line}`));
    const job = { ...command, env: { ...process.env, PATH } };
    return await runInGuest({ image, folder }, job, { deadlineMs: DEADLINE_MS, output: (text) => process.stdout.write(text) });
  } catch (error) {
    console.error('weft:', error instanceof GuestError ? error.message : error);
    return 1;
  }
}

/** Runs a command with `natively` when this machine's own kernel has ip_vs and dummy, in the guest kernel when not. Says whether it succeeded. */
export async function runWithIpvs(command: GuestCommand, natively: (argv: readonly string[]) => Promise<boolean>): Promise<boolean> {
  if (await ownKernelHasIpvs()) return await natively(command.argv);
  console.log('this kernel has no ip_vs: booting the guest kernel (docs/testing.md)');
  return (await bootAndRun(command)) === 0;
}
