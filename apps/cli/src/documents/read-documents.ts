import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { UserError } from '../user-error.ts';

/** An object as somebody has written it down; whether it is one is for the API to say. */
export type Document = Readonly<Record<string, unknown>>;

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

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The documents of a text: YAML, of which JSON is a part; several are parted by `---` or stand in a list. Throws UserError. */
export function documentsIn(source: string, name: string): Document[] {
  const parsed = parseAllDocuments(source);
  const documents = (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UserError(`${name}: ${error.message}`, { cause: error });
    const value: unknown = document.toJS();
    return Array.isArray(value) ? value : value === null ? [] : [value];
  });
  const odd = documents.findIndex((document) => !isDocument(document));
  if (odd >= 0) throw new UserError(`${name}: document ${odd + 1} is no object but ${JSON.stringify(documents[odd])}`);
  if (documents.length === 0) throw new UserError(`${name} holds no document`);
  return documents;
}

/** The documents of several files, in their order; `-` is what is piped in. Throws UserError. */
export async function readDocuments(files: readonly string[]): Promise<Document[]> {
  const all: Document[] = [];
  for (const file of files) all.push(...documentsIn(await read(file), file === STDIN ? 'standard input' : file));
  return all;
}
