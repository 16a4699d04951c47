import type { components } from '../schema.ts';
import { UnreadableError } from './unreadable-error.ts';

/** An object as somebody has written it down; whether it is one is for the API to say. */
export type Document = Readonly<Record<string, unknown>>;

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The documents of a text: YAML, of which JSON is a part; several are parted by `---` or stand in a list. `name` is what errors call the text. Throws
 * UnreadableError.
 */
export async function documentsIn(source: string, name: string): Promise<Document[]> {
  // Only who reads documents pays for the parser.
  const { parseAllDocuments } = await import('yaml');
  const parsed = parseAllDocuments(source);
  const documents = (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UnreadableError(`${name}: ${error.message}`, { cause: error });
    const value: unknown = document.toJS();
    return Array.isArray(value) ? value : value === null ? [] : [value];
  });
  const odd = documents.findIndex((document) => !isDocument(document));
  if (odd >= 0) throw new UnreadableError(`${name}: document ${odd + 1} is no object but ${JSON.stringify(documents[odd])}`);
  if (documents.length === 0) throw new UnreadableError(`${name} holds no document`);
  return documents;
}

/** Documents, and objects that are to go, as the body of `POST /applies`. What goes is only told of when something does: the version before refuses the field. */
export const applyOf = (
  documents: readonly Document[],
  removed: readonly components['schemas']['RemovedObject'][] = [],
): components['schemas']['Apply'] => ({
  documents: documents as unknown as components['schemas']['Apply']['documents'],
  ...(removed.length === 0 ? {} : { removed: [...removed] }),
});
