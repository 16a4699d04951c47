import { readField, valuesAt } from '../objects/field.ts';
import type { Found } from '../objects/find.ts';

/** How objects can be printed. */
export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** What stands before the path of the fields that alone are printed. */
const FIELDS = 'jsonpath=';
/** `jsonpath={.status.phase}` */
export type FieldFormat = `${typeof FIELDS}${string}`;

/** Reads what `-o` is given; null when that is no format. */
export function readFormat(text: string): Format | FieldFormat | null {
  if (text.startsWith(FIELDS) && readField(text.slice(FIELDS.length)) !== null) return text as FieldFormat;
  return FORMATS.find((format) => format === text) ?? null;
}

/** Whether only some fields are printed. */
export const isFields = (format: Format | FieldFormat): format is FieldFormat => format.startsWith(FIELDS);

/** The fields of what `-o json` would show, one after the other as kubectl prints them: texts as they are, everything else as JSON. */
export function fieldsText(format: FieldFormat, body: object): string {
  const values = valuesAt(body, readField(format.slice(FIELDS.length)) ?? []);
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
}

/** An object with its kind, as a document of `weft apply` has it. */
export const documentOf = ({ kind, object }: Found) => ({ kind: kind.name, ...object });

/** What `-o json` and `-o yaml` show: the object when one was asked for by its name, else `{ items }`. */
export const bodyOf = (found: readonly Found[], single: boolean) => {
  const [first] = found;
  return single && first !== undefined && found.length === 1 ? documentOf(first) : { items: found.map(documentOf) };
};

/** A value as YAML. */
export async function yaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** What a machine reads, as text. */
export const machineText = async (format: 'json' | 'yaml', value: unknown): Promise<string> =>
  format === 'json' ? JSON.stringify(value, null, 2) : yaml(value);
