import { spawn } from 'node:child_process';

/** What came out of a command. */
export interface Ran {
  /** null: killed, by its time limit or by somebody. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** How to run a command. */
export interface RunOptions {
  /** Text for its standard input. */
  readonly input?: string;
  /** After so many milliseconds it is killed. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end and says what came out; a failing command is an answer here, not an error.
 *
 * @throws Error when the command cannot be started
 */
export async function run(argv: readonly string[], { input = '', timeoutMs = 30_000 }: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = argv;
  const startedAt = performance.now();
  const child = spawn(file, args, { timeout: timeoutMs, killSignal: 'SIGKILL' });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (chunk: string) => {
      text[name] += chunk;
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { exitCode, ...text, durationMs: performance.now() - startedAt };
}

/**
 * Runs a command that must succeed, and returns what it printed.
 *
 * @throws Error with the command and what it printed as errors, when it failed
 */
export async function must(argv: readonly string[], options?: RunOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await run(argv, options);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit ${exitCode}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
