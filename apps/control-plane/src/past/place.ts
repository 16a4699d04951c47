import { ProblemError } from '@weft/model';

/** Where a page of a list that is made anew for each page begins: of which revisions it is, and how many items come before. */
export interface Place<R extends readonly number[]> {
  readonly revisions: R;
  readonly skip: number;
}

const FORM = /^\d{1,15}(\.\d{1,15})*$/;

/**
 * The place that a cursor stands for; without one the first of a list of these revisions. Throws ProblemError BadRequest for a cursor that no such list gave
 * out.
 */
export async function placeOf<const R extends readonly number[]>(
  cursor: string | null,
  length: R['length'],
  revisions: () => Promise<R>,
): Promise<Place<R>> {
  if (cursor === null) return { revisions: await revisions(), skip: 0 };
  const text = Buffer.from(cursor, 'base64url').toString();
  const numbers = text.split('.').map(Number);
  if (!FORM.test(text) || numbers.length !== length + 1)
    throw new ProblemError('BadRequest', 'the cursor was not given out by this list', [
      { pointer: 'query/cursor', code: 'invalid', message: 'not a cursor of this list' },
    ]);
  return { revisions: numbers.slice(0, length) as unknown as R, skip: numbers.at(-1) ?? 0 };
}

/** A page of all there is, and the cursor of the next. */
export function cut<T>(
  all: readonly T[],
  { revisions, skip }: Place<readonly number[]>,
  limit: number,
): { readonly items: T[]; readonly nextCursor: string | null } {
  const end = skip + limit;
  const nextCursor = end < all.length ? Buffer.from([...revisions, end].join('.')).toString('base64url') : null;
  return { items: all.slice(skip, end), nextCursor };
}
