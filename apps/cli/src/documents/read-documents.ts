import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Document, documentsIn } from '@weft/sdk';
import { UserError } from '../user-error.ts';

/** The file that stands for what is piped in. */
const STDIN = '-';

async function read(file: string): Promise<string> {
  if (file === STDIN) return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The files that are meant by one: itself, or those of a folder by their names. Throws UserError for a folder without any. */
async function filesOf(file: string): Promise<readonly string[]> {
  if (file === STDIN || !(await stat(file).catch(() => null))?.isDirectory()) return [file];
  const names = (await readdir(file)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (names.length === 0) throw new UserError(`${file} is a folder without .yaml, .yml or .json files`);
  return names.map((name) => join(file, name));
}

/** The documents of several files, in their order, of folders those of their files by name; `-` is what is piped in. Throws UserError, and UnreadableError for what cannot be understood. */
export async function readDocuments(files: readonly string[]): Promise<Document[]> {
  const all: Document[] = [];
  for (const file of (await Promise.all(files.map(filesOf))).flat())
    all.push(...(await documentsIn(await read(file), file === STDIN ? 'standard input' : file)));
  return all;
}
