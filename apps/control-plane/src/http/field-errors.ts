import { type FieldError, ProblemError } from '@weft/model';
import type { z } from 'zod';

/** More errors than this about one request are not reported: its sender has to begin with the first ones anyway. */
const REPORTED = 50;

/** Our stable codes for what Zod can find. */
const CODES: Readonly<Record<string, string>> = {
  invalid_type: 'InvalidType',
  too_big: 'TooBig',
  too_small: 'TooSmall',
  invalid_format: 'InvalidFormat',
  not_multiple_of: 'InvalidValue',
  invalid_union: 'InvalidValue',
  invalid_key: 'InvalidKey',
  invalid_element: 'InvalidValue',
  invalid_value: 'InvalidValue',
  custom: 'InvalidValue',
};

/** One reference token of a JSON pointer (RFC 6901 §3). */
const escapeToken = (token: PropertyKey) => String(token).replaceAll('~', '~0').replaceAll('/', '~1');

/** Where in the request something is wrong: `/ports/0/port` in the body, `query/limit` in the query. */
function pointerTo(place: 'body' | 'query', path: readonly PropertyKey[]): string {
  const pointer = path.map((token) => `/${escapeToken(token)}`).join('');
  return place === 'body' ? pointer : `query${pointer}`;
}

function fieldErrors(place: 'body' | 'query', issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo(place, [...issue.path, key]),
      code: 'UnknownField',
      message: `there is no field ${JSON.stringify(key)} here`,
    }));
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const code = missing ? 'Required' : (CODES[issue.code] ?? 'InvalidValue');
  return [{ pointer: pointerTo(place, issue.path), code, message: missing ? 'is needed' : issue.message }];
}

/** Reads a part of a request through its schema. Throws ProblemError ValidationFailed, or UnknownField when nothing else is wrong. */
export function parsePart<S extends z.ZodType>(place: 'body' | 'query', schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldErrors(place, issue)).slice(0, REPORTED);
  const code = errors.every((error) => error.code === 'UnknownField') ? 'UnknownField' : 'ValidationFailed';
  const [first] = errors;
  throw new ProblemError(code, `${first?.pointer || 'the body'}: ${first?.message}`, errors);
}
