import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { EmbeddedServerError } from './embedded-server.ts';
import type { ServiceUser } from './service-user.ts';

/** A program to keep running. */
export interface ChildProgram {
  /** What the user knows it as. */
  readonly title: string;
  readonly argv: readonly [string, ...string[]];
  /** Variables added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input, where a configuration with a password is not seen by `ps`. */
  readonly input?: string;
  readonly logFile: string;
  /** The signal that makes it write out what it holds and end. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly user: ServiceUser | null;
  /** True once it answers. */
  readonly ready: (pid: number) => Promise<boolean>;
}

export interface ChildProcess {
  readonly pid: number;
  /** Settles when the program has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Lets it write out what it holds and waits for its end. May be called twice. */
  stop(): Promise<void>;
}

const START_MS = 30_000;
const STOP_MS = 20_000;

/**
 * The argv that runs a program as a user, with its end tied to ours (prctl(2), PR_SET_PDEATHSIG). The user may walk into directories
 * that are closed to it (capabilities(7), CAP_DAC_READ_SEARCH), as a checkout below a 0700 home of root is.
 */
export function launch(user: ServiceUser | null, stopSignal: string, argv: readonly string[]): [string, ...string[]] {
  const identity = user
    ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']
    : [];
  return ['setpriv', '--pdeathsig', stopSignal.replace('SIG', ''), ...identity, '--', ...argv];
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-3).join(' | ');
}

/** Starts a program and waits until it answers. Throws EmbeddedServerError with the end of its log when it does not. */
export async function startChild(program: ChildProgram): Promise<ChildProcess> {
  const { title, logFile, stopSignal, user } = program;
  const [file, ...args] = launch(user, stopSignal, program.argv);
  const log = await open(logFile, 'a', 0o600);
  // execa's types take a descriptor only as a literal number.
  const output = log.fd as 3;
  // Its own session: Ctrl-C in the terminal is for us, and we stop it in order.
  const child = execa(file, args, {
    input: program.input ?? '',
    env: { ...program.env },
    stdout: output,
    stderr: output,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  let running = true;
  const ended = child.then((result) => {
    running = false;
    return result;
  });
  await log.close();
  const { pid } = child;
  if (pid === undefined) throw new EmbeddedServerError(`${title} could not be started: ${(await ended).message}`);

  const stop = async () => {
    if (!running) return;
    child.kill(stopSignal);
    const patience = new AbortController();
    const killed = sleep(STOP_MS, undefined, { signal: patience.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await ended;
    patience.abort();
    await killed;
  };

  const deadline = performance.now() + START_MS;
  while (running && performance.now() < deadline) {
    if (await program.ready(pid)) return { pid, ended: ended.then(() => undefined), stop };
    await sleep(10);
  }
  const said = await tail(logFile);
  await stop();
  throw new EmbeddedServerError(`${title} did not start: ${said} (whole log: ${logFile})`);
}
