import { ProblemError } from '@weft/model';
import type { z } from 'zod';

/** A place in a list, as text that means nothing to whoever sends it back. */
export const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place that a cursor stands for; null without one. Throws ProblemError BadRequest for one that this list did not give out. */
export function placeAt<S extends z.ZodType>(schema: S, cursor: string | undefined): z.output<S> | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    const error = { pointer: 'query/cursor', code: 'invalid', message: 'not a cursor of this list' };
    throw new ProblemError('BadRequest', 'the cursor was not given out by this list', [error], { cause });
  }
}
