import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The repository's root, in which every command runs. */
export const root = join(import.meta.dirname, '..');

/** Takes what a command prints, as it comes. */
export type Output = (text: string) => void;

const running = new Set<ChildProcess>();

/** Runs a command with this repository's tools in its path, and says whether it succeeded. What it prints is shown, or given to `output`. */
export async function succeeds(argv: readonly string[], output?: Output): Promise<boolean> {
  const [file = '', ...args] = argv;
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
  };
  const sink = output === undefined ? 'inherit' : 'pipe';
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', sink, sink], env });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', output ?? (() => undefined));
  const ended = await new Promise<boolean>((resolve) =>
    child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0)),
  );
  running.delete(child);
  return ended;
}

/** Ends this process with all that it runs when it is told to end. The guest kernel ends with us by itself. */
export function endTogether(): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.exit(status);
    });
}
