import { spawn } from 'node:child_process';

/** How a job is watched. */
export interface GuestWatch {
  /** The guest is killed after this long, in milliseconds. */
  readonly deadlineMs: number;
  /** Given everything that the job prints, as it comes. */
  readonly output: (text: string) => void;
}

/** Runs the emulator to its end. Returns why it ended, when that was not the guest's own doing. */
export async function emulate(argv: readonly [string, ...string[]], { deadlineMs, output }: GuestWatch): Promise<string | null> {
  const [file, ...args] = argv;
  // Its standard input stays open: the end of it would close the virtio port.
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', output);
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, deadlineMs);
  const end = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('close', (code, signal) => resolve(code ?? `${signal}`));
  });
  clearTimeout(deadline);
  if (late) return `killed, it was not done after ${deadlineMs / 1000} s`;
  return end === 0 ? null : `the emulator ended with ${end}: ${said.trim()}`;
}
