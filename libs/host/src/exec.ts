import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, spawned } from './spawned.ts';

/** Why a command failed, where its message says so. */
export type CommandErrorCode = 'not-found' | 'exists' | 'busy' | 'unsupported' | 'unknown';

/** A command to run: argv, never a shell. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Text for its standard input. */
  readonly input?: string;
  /** Variables added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** It is killed when it takes longer; 0: never. A minute where nothing is said. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** It may print megabytes, by the word as nft does: what it prints is read when it has ended, not piece by piece. */
  readonly listing?: boolean;
  /** Called with the number of the process as soon as it runs. */
  readonly onStart?: (pid: number | undefined) => void;
}

/** What came of a command. */
export interface CommandResult {
  readonly argv: readonly string[];
  readonly input: string;
  /** Null: it was not started or was killed; `stderr` says which. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Why it could not be started, where the system said so. */
  readonly cause?: unknown;
}

/** A command whose answer was needed failed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly result: CommandResult;

  constructor(result: CommandResult) {
    super(`${result.argv.join(' ')}: ${result.stderr.trim() || `exit status ${result.exitCode}`}`, { cause: result.cause });
    this.code = codeOf(result.stderr);
    this.result = result;
  }
}

// Messages under LC_ALL=C of iproute2 6, nft 1.0, iptables 1.8, ipset 7, ipvsadm 1.31 and procps 4; the first that fits counts.
const CODES: readonly (readonly [RegExp, CommandErrorCode])[] = [
  [
    /command not found|Unknown device type|not supported|unsupported|Protocol wrong type|Cannot open session to kernel|Can't initialize ipvs/i,
    'unsupported',
  ],
  [/File exists|already assigned|already exists/, 'exists'],
  [/Resource busy|in use by a kernel component|Device or resource busy|holding the xtables lock|temporarily unavailable/i, 'busy'],
  [
    /No such (file|process|device)|Cannot find device|Cannot open network namespace|Address not found|No such (service|destination)|Service not defined|cannot stat|does not exist|does a matching rule exist/,
    'not-found',
  ],
];

/** What the text that a command printed to standard error means. */
export function codeOf(stderr: string): CommandErrorCode {
  return CODES.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'unknown';
}

const TIMEOUT_MS = 60_000;
/** Characters of output that are kept; a listing of 60,000 services has some 20 million. Saying more is a failure: the command is killed, or its listing not read. */
const OUTPUT_MAX = 256 * 1024 * 1024;

const SEGFAULT = 139;

function explain({ error, exitCode, signal, stopped, stderr }: Ended, file: string): string {
  const said = stderr.toString();
  if (error !== null)
    return error.code === 'ENOENT' ? `${file}: command not found` : `${said}\n${file}: could not be started (${error.code})`;
  if (stopped !== null) return `${said}\n${file}: killed, ${stopped}`;
  // nft 1.0.6 dies of some listings and inputs that it should refuse (netfilter bugzilla 1702 and others).
  if (signal === 'SIGSEGV' || exitCode === SEGFAULT) return `${said}\n${file}: crashed (segmentation fault)`;
  return signal === null ? said : `${said}\n${file}: killed by ${signal}`;
}

/** As much as a pipe holds (pipe(7)): more of it would have to be fed by us while the command reads. */
const PIPE_CAPACITY = 64 * 1024;

/** In memory where there is such a place: the kernel can be read and programmed while the disk is full. */
function newFolder(): string {
  try {
    return mkdtempSync('/dev/shm/weft-exec-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'weft-exec-'));
  }
}

/** A file without a name, which nobody else can open. Throws when there is no place for it. */
function openNameless(content: string): number {
  const folder = newFolder();
  const path = join(folder, 'file');
  try {
    writeFileSync(path, content, { mode: 0o600 });
    return openSync(path, 'r+');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All that was written to a file, as text. Throws RangeError when that is more than is kept: a part of a listing would pass for the whole. */
function contentOf(file: number): string {
  const { size } = fstatSync(file);
  if (size > OUTPUT_MAX) throw new RangeError('it printed too much');
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; ) at += readSync(file, content, at, size - at, at);
  return content.toString();
}

/** Carries a command out with what files it needs, which `open` makes of their content. Throws when there is no place for one, or too much in it. */
async function carriedOut(
  { argv, input = '', env, timeoutMs = TIMEOUT_MS, signal, onStart, listing }: Command,
  open: (content: string) => number,
): Promise<CommandResult> {
  const startedAt = performance.now();
  // The command reads a long input whether or not we have time to feed it.
  const stdin = input.length > PIPE_CAPACITY ? open(input) : input;
  const printed = listing === true ? open('') : null;
  const ended = await spawned(argv, {
    stdin,
    stdout: printed ?? 'pipe',
    env: { ...process.env, ...env, LC_ALL: 'C' },
    timeoutMs,
    outputMax: OUTPUT_MAX,
    ...(signal === undefined ? {} : { signal }),
    ...(onStart === undefined ? {} : { onStart }),
  });
  const stdout = printed === null ? ended.stdout.toString() : contentOf(printed);
  const { exitCode, error } = ended;
  const stderr = explain(ended, argv[0]).trimStart();
  return { argv, input, exitCode, stdout, stderr, durationMs: performance.now() - startedAt, ...(error !== null && { cause: error }) };
}

/** Runs a command in the C locale and tells what came of it. Never rejects: a command that fails or does not exist is an answer. */
export async function runCommand(command: Command): Promise<CommandResult> {
  const startedAt = performance.now();
  const files: number[] = [];
  const open = (content: string) => {
    const file = openNameless(content);
    files.push(file);
    return file;
  };
  try {
    return await carriedOut(command, open);
  } catch (cause) {
    const { argv, input = '' } = command;
    const stderr = `${argv[0]}: ${cause instanceof Error ? cause.message : cause}`;
    return { argv, input, exitCode: null, stdout: '', stderr, durationMs: performance.now() - startedAt, cause };
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** A process that goes on without us. */
export interface DetachedProcess {
  readonly pid: number;
  /** Settles with its exit code when it ends while we still run; null: killed. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a program in a session of its own, with no input, no output and nothing of our environment but PATH; it outlives us.
 * Throws CommandError when it cannot be started.
 */
export async function startDetached(argv: readonly [string, ...string[]]): Promise<DetachedProcess> {
  const [file, ...args] = argv;
  const child = spawn(file, args, { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new CommandError({ argv, input: '', exitCode: null, stdout: '', stderr: `${file}: command not found`, durationMs: 0, cause });
  }
  child.unref();
  return { pid: child.pid as number, ended };
}
