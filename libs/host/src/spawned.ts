import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a process is to run. */
export interface SpawnOptions {
  /** A text, or the descriptor of a file, that it reads. */
  readonly stdin: string | number;
  /** Where it prints: to us, or into the file of a descriptor. */
  readonly stdout: 'pipe' | number;
  readonly env: NodeJS.ProcessEnv;
  /** It is killed when it takes longer; 0: it may take as long as it likes. */
  readonly timeoutMs: number;
  /** It is killed when it says more, bytes. */
  readonly outputMax: number;
  readonly signal?: AbortSignal;
  /** Called with its number as soon as it runs. */
  readonly onStart?: (pid: number | undefined) => void;
}

/** How a process ended. */
export interface Ended {
  /** Null: it was not started, or did not end by itself. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we killed it; null: we did not. */
  readonly stopped: string | null;
  /** Why it could not be started; null: it could. */
  readonly error: NodeJS.ErrnoException | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** For so long after its end what a process that was killed has said is read. */
const LAST_WORDS_MS = 100;

/** Processes that run. They do not outlive us where we end by ourselves. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/**
 * Runs a process to its end. Rejects with what Node has against its arguments only. This is Node's own spawn and nothing around it: a library that can do more made
 * starting the smallest tool cost twice as much.
 */
export async function spawned(
  [file, ...args]: readonly [string, ...string[]],
  { stdin, stdout, env, timeoutMs, outputMax, signal, onStart }: SpawnOptions,
): Promise<Ended> {
  const child = spawn(file, args, { stdio: [typeof stdin === 'number' ? stdin : 'pipe', stdout, 'pipe'], env });
  running.add(child);
  onStart?.(child.pid);
  let stopped: string | null = null;
  // What it has started may live on and hold its pipes. What it said itself is read by then.
  const letGo = () => {
    setTimeout(() => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }, LAST_WORDS_MS).unref();
  };
  const stop = (why: string) => {
    if (stopped !== null) return;
    stopped = why;
    if (child.exitCode === null && child.signalCode === null) child.once('exit', letGo);
    else letGo();
    child.kill('SIGKILL');
  };
  const timer = timeoutMs > 0 ? setTimeout(stop, timeoutMs, 'it took too long') : null;
  const callOff = () => stop('the work was called off');
  if (signal?.aborted === true) callOff();
  signal?.addEventListener('abort', callOff);
  const [printed, said] = [child.stdout, child.stderr].map((stream) => collect(stream, outputMax, () => stop('it printed too much')));
  // What could not be written is told by the process's end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin);
  const ended = Promise.withResolvers<Pick<Ended, 'exitCode' | 'signal' | 'error'>>();
  child.once('error', (error) => ended.resolve({ exitCode: null, signal: null, error }));
  child.once('close', (exitCode, by) => ended.resolve({ exitCode, signal: by, error: null }));
  const how = await ended.promise;
  if (timer !== null) clearTimeout(timer);
  signal?.removeEventListener('abort', callOff);
  running.delete(child);
  const outcome = stopped === null ? how : { ...how, exitCode: null };
  return { ...outcome, stopped, stdout: Buffer.concat(printed ?? []), stderr: Buffer.concat(said ?? []) };
}

/** What a stream gives, piece by piece, as long as it is not more than so many bytes. */
function collect(stream: Readable | null, max: number, tooMuch: () => void): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let length = 0;
  stream?.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > max) tooMuch();
    else pieces.push(piece);
  });
  return pieces;
}
