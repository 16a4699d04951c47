import { z } from 'zod';

/** Takes the keys that an issue says are not known out of the value it was found in. */
function withoutUnknown(value: unknown, issue: z.core.$ZodIssue): void {
  if (issue.code !== 'unrecognized_keys') return;
  const holder = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
  for (const key of issue.keys) delete (holder as Record<string, unknown> | undefined)?.[key];
}

/**
 * Reads what a newer speaker of the same protocol version says: fields that are not known here are left out, for whatever changes the meaning of others is a
 * protocol version of its own. All else has to be as the schema says. A field that is added to what nodes keep has no default: what was kept without it is then not
 * read any more by the version that knows it, and everything is pulled anew.
 */
export function readNewer<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const strict = schema.safeParse(value);
  if (strict.success || !strict.error.issues.some(({ code }) => code === 'unrecognized_keys')) return strict;
  const known = structuredClone(value);
  for (const issue of strict.error.issues) withoutUnknown(known, issue);
  return schema.safeParse(known);
}
