import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Context, contextsFile, readContexts, writeContexts } from '../context/contexts.ts';
import { NONE } from '../kinds/cells.ts';
import { table } from '../terminal/table.ts';
import { UserError } from '../user-error.ts';

/** What `weft context add` is given. */
export interface AddOptions {
  readonly url: string;
  readonly tokenFile?: string;
  readonly namespace?: string;
  readonly caFile?: string;
}

/** The text of a file that is given. Throws UserError. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Where certificates are, whatever directory commands are given in later. Throws UserError when there are none. */
async function certificatesIn(caFile: string): Promise<string> {
  if (!(await textOf(caFile)).includes('-----BEGIN CERTIFICATE-----')) throw new UserError(`${caFile} holds no certificate in PEM`);
  return resolve(caFile);
}

/** The token of a new context: from a file, standard input or WEFT_TOKEN, as what is on a command line can be read by everybody on the machine. Throws UserError. */
async function tokenFrom(file: string | undefined): Promise<string> {
  if (file === undefined && !process.env.WEFT_TOKEN)
    throw new UserError('give the token by --token-file <file>, --token-file - for standard input, or WEFT_TOKEN');
  const read = file === undefined ? process.env.WEFT_TOKEN : file === '-' ? await text(process.stdin) : await textOf(file);
  const token = (read ?? '').trim();
  if (token === '' || /\s/.test(token)) throw new UserError(`${file ?? 'WEFT_TOKEN'} holds no token`);
  return token;
}

/** Remembers how a control plane is reached; the first one becomes the current one. Throws UserError. */
export async function addContext(name: string, { url, tokenFile, namespace, caFile }: AddOptions): Promise<void> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new UserError(`${url} is no address of an API: say http://… or https://…`);
  const file = contextsFile();
  const { current, contexts } = await readContexts(file);
  const trusted = caFile === undefined ? {} : { caFile: await certificatesIn(caFile) };
  const context: Context = { url, token: await tokenFrom(tokenFile), ...(namespace && { namespace }), ...trusted };
  await writeContexts(file, { current: current ?? name, contexts: { ...contexts, [name]: context } });
  console.log(current === null ? `${name} is the current context` : `${name} is kept; weft context use ${name} makes it the current one`);
}

/** Prints the contexts, without their tokens. */
export async function listContexts({ output }: { readonly output: 'table' | 'name' }): Promise<void> {
  const { current, contexts } = await readContexts(contextsFile());
  const names = Object.keys(contexts).sort();
  const rows = names.map((name) => [name === current ? '*' : '', name, contexts[name]?.url ?? '', contexts[name]?.namespace ?? NONE]);
  const lines = output === 'name' ? names : table(['CURRENT', 'NAME', 'URL', 'NAMESPACE'], rows);
  if (lines.length === 0) console.error('no contexts: weft context add makes one');
  else console.log(lines.join('\n'));
}

const missing = (name: string) => new UserError(`there is no context ${name}: weft context list shows them`);

/** Makes a context the current one. Throws UserError. */
export async function useContext(name: string): Promise<void> {
  const file = contextsFile();
  const { contexts } = await readContexts(file);
  if (!Object.hasOwn(contexts, name)) throw missing(name);
  await writeContexts(file, { current: name, contexts });
  console.log(`${name} is the current context`);
}

/** Forgets a context. When it was the current one, none is. Throws UserError. */
export async function removeContext(name: string): Promise<void> {
  const file = contextsFile();
  const { current, contexts } = await readContexts(file);
  const { [name]: removed, ...rest } = contexts;
  if (removed === undefined || !Object.hasOwn(contexts, name)) throw missing(name);
  await writeContexts(file, { current: current === name ? null : current, contexts: rest });
  console.log(current === name ? `${name} is forgotten; there is no current context now` : `${name} is forgotten`);
}
