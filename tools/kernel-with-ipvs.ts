import { delimiter, join } from 'node:path';
import { inspect } from 'node:util';
import { emulatedKernel, GuestError, ownKernelHasIpvs, runInGuest, userModeKernel } from '../libs/testing/src/guest/index.ts';
import { type Output, root } from './run-command.ts';

const folder = join(root, '.weft/guest');

/** A guest that prints nothing for this long hangs: the longest file of tests takes six minutes in one, and prints when it is done. */
const SILENCE_MS = 1_500_000;

/** A command, and the folders that it leaves something in; all else that it writes is gone afterwards. */
export interface GuestCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly writable?: readonly string[];
}

/** The kernels that boot as programs: one that has everything and is emulated, one without nftables that runs at nearly the machine's own speed. */
const KERNELS = { emulated: emulatedKernel, 'user-mode': userModeKernel } as const;

/** Which guest kernel boots. */
export type GuestName = keyof typeof KERNELS;

const shown: Output = (text) => process.stdout.write(text);

/** Boots a guest kernel, runs a command in it as root, and returns its exit status. What it prints is shown, or given to `output`. */
export async function bootAndRun(guest: GuestName, command: GuestCommand, output: Output = shown): Promise<number> {
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
  try {
    const kernel = await KERNELS[guest](folder, (line) => console.error(`weft: ${line}`));
    const job = { ...command, env: { ...process.env, PATH } };
    return await runInGuest({ kernel, folder }, job, { silenceMs: SILENCE_MS, output });
  } catch (error) {
    output(`weft: ${error instanceof GuestError ? error.message : inspect(error)}\n`);
    return 1;
  }
}

/** Runs a command with `natively` when this machine's own kernel has ip_vs and dummy, in a guest kernel when not. Says whether it succeeded. */
export async function runWithIpvs(
  guest: GuestName,
  command: GuestCommand,
  natively: (argv: readonly string[], output?: Output) => Promise<boolean>,
  output?: Output,
): Promise<boolean> {
  if (await ownKernelHasIpvs()) return await natively(command.argv, output);
  (output ?? shown)(
    `this kernel has no ip_vs: booting ${guest === 'emulated' ? 'an emulated one' : 'one in user mode'} (docs/testing.md)\n`,
  );
  return (await bootAndRun(guest, command, output)) === 0;
}
