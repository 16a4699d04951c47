import { parseAllDocuments } from 'yaml';

/** An object as somebody has written it down; whether it is one is for the API to say. */
export type Document = Readonly<Record<string, unknown>>;

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The documents of a text: YAML, of which JSON is a part; several are parted by `---` or stand in a list. Throws Error with one sentence. */
export function documentsIn(source: string): Document[] {
  const parsed = parseAllDocuments(source);
  const values = (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(error.message);
    const value: unknown = document.toJS();
    return Array.isArray(value) ? value : value === null ? [] : [value];
  });
  const odd = values.findIndex((value) => !isDocument(value));
  if (odd >= 0) throw new Error(`document ${odd + 1} is no object but ${JSON.stringify(values[odd])}`);
  if (values.length === 0) throw new Error('there is no document in it');
  return values;
}
