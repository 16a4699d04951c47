import type { Found } from '../objects/find.ts';

/** How objects can be printed. */
export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

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
