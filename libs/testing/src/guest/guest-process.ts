import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';

/** How a job is watched. */
export interface GuestWatch {
  /** The guest is killed when its job has printed nothing for this long, in milliseconds: how long all of it takes depends on the machine. */
  readonly silenceMs: number;
  /** Given everything that the job prints, as it comes. */
  readonly output: (text: string) => void;
}

/** The program that is the guest: what it writes to its standard output is the job's, all else goes to its console. */
export interface GuestProgram {
  readonly argv: readonly [string, ...string[]];
  /** Variables beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file that its standard error is added to. */
  readonly console: string;
}

/** Runs a guest to its end. Returns why it ended, when that was not its own doing. */
export async function runProgram({ argv, env, console }: GuestProgram, { silenceMs, output }: GuestWatch): Promise<string | null> {
  const [file, ...args] = argv;
  const errors = await open(console, 'a');
  // Its standard input stays open: the end of it would close the port of a guest that is emulated.
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', errors.fd], env: { ...process.env, ...env } });
  let hangs = false;
  const silence = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, silenceMs);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    silence.refresh();
    output(text);
  });
  const end = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('close', (code, signal) => resolve(code ?? `${signal}`));
  });
  clearTimeout(silence);
  await errors.close();
  if (hangs) return `killed, it printed nothing for ${silenceMs / 1000} s`;
  return end === 0 ? null : `${file} ended with ${end}`;
}
