import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';

/** How one control plane is reached. */
export interface Context {
  readonly url: string;
  readonly token: string;
  /** Used where a command names none. */
  readonly namespace?: string;
  /** Certificates of the authorities that its certificate is to be of. */
  readonly caFile?: string;
}

/** All of them, and which one is used when nothing else is said. */
export interface Contexts {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

const NONE: Contexts = { current: null, contexts: {} };

/** Read and write for its owner, nothing for anybody else: it holds tokens. */
const PRIVATE = 0o600;
const OTHERS = 0o077;

/** Where contexts are kept: WEFT_CONTEXTS, else below XDG_CONFIG_HOME or ~/.config. */
export const contextsFile = (env: NodeJS.ProcessEnv = process.env): string =>
  env.WEFT_CONTEXTS || join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'weft', 'contexts.json');

const isContexts = (value: unknown): value is Contexts =>
  typeof value === 'object' && value !== null && 'current' in value && 'contexts' in value && typeof value.contexts === 'object';

/** The contexts of a file; none when there is no file. Throws UserError when others can read it, or it is something else. */
export async function readContexts(file: string): Promise<Contexts> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return NONE;
  if (((await stat(file)).mode & OTHERS) !== 0) throw new UserError(`${file} holds tokens and others can read it: chmod 600 ${file}`);
  try {
    const value: unknown = JSON.parse(text);
    if (isContexts(value)) return value;
  } catch (cause) {
    throw new UserError(`${file} cannot be read: it is no JSON`, { cause });
  }
  throw new UserError(`${file} does not hold contexts: move it away, and weft context add makes a new one`);
}

/** Replaces the file as a whole, so that no reader sees half of it and nobody else ever sees it. */
export async function writeContexts(file: string, contexts: Contexts): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${randomUUID()}`;
  const handle = await open(next, 'wx', PRIVATE);
  try {
    await handle.writeFile(`${JSON.stringify(contexts, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
}

/**
 * The context that is meant: the one of `--context` or WEFT_CONTEXT, else the current one unless the environment names a fleet. Null: none.
 *
 * @throws UserError when there is none of the name that was asked for
 */
export async function chosenContext(env: NodeJS.ProcessEnv = process.env): Promise<Context | null> {
  const file = contextsFile(env);
  const asked = env.WEFT_CONTEXT || null;
  if (asked === null && ((env.WEFT_URL && env.WEFT_TOKEN) || env.WEFT_STATE)) return null;
  const { current, contexts } = await readContexts(file);
  const name = asked ?? current;
  if (name === null) return null;
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found === undefined) throw new UserError(`there is no context ${name} in ${file}: weft context list shows them`);
  return found;
}
