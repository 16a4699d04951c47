import { fork } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleOf } from '../repository.ts';
import type { StatePaths } from '../state/paths.ts';
import { SUPERVISE } from '../supervise-command.ts';
import { InterruptedError, UserError } from '../user-error.ts';
import type { FleetOptions } from './options.ts';
import { type Progress, supervise } from './supervise.ts';

/** What the process in the background tells the one that waits for it. */
type Message =
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Starts a supervisor in the background and returns when its fleet is ready; it goes on without us. Ctrl-C before that ends it.
 *
 * @throws UserError with what the supervisor said when the fleet does not start, InterruptedError after Ctrl-C
 */
export async function superviseInBackground(options: FleetOptions, paths: StatePaths, progress: Progress): Promise<void> {
  await mkdir(paths.logs, { recursive: true }).catch((error: Error) => {
    throw new UserError(`${paths.directory} cannot be written (${error.message}): choose another directory with --state`, { cause: error });
  });
  const logFile = join(paths.logs, 'supervisor.log');
  const log = await open(logFile, 'a', 0o600);
  const child = fork(bundleOf('cli'), [SUPERVISE, JSON.stringify({ options, paths })], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.kind === 'step') progress.step(message.text);
      if (message.kind === 'failed') reject(interrupted ? new InterruptedError() : new UserError(message.why));
      // Interrupted too late for the start to notice: it stops at once, and its end says so.
      if (message.kind === 'ready' && !interrupted) resolve();
    });
    child
      .once('error', reject)
      .once('exit', () => reject(interrupted ? new InterruptedError() : new UserError(`the fleet did not start (log: ${logFile})`)));
  });
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  child.disconnect();
  child.unref();
  progress.ready();
}

/** The process in the background: supervises, and reports until nobody listens any more. */
export async function runInBackground(argument: string): Promise<void> {
  const { options, paths } = JSON.parse(argument) as { options: FleetOptions; paths: StatePaths };
  const tell = (message: Message) => {
    if (process.connected) process.send?.(message);
  };
  const progress: Progress = { step: (text) => tell({ kind: 'step', text }), ready: () => tell({ kind: 'ready' }) };
  try {
    await supervise(options, paths, progress, stopSignal());
  } catch (error) {
    if (!(error instanceof InterruptedError)) console.error(error);
    tell({ kind: 'failed', why: (error as Error).message });
    process.exitCode = 1;
  }
  if (process.connected) process.disconnect();
}

/** Fires when this process is asked to end. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  return stop.signal;
}
