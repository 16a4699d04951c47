import { ProblemError } from '@weft/model';
import type { Store } from '@weft/store';

/** When, as a query has it: one of both, or now. */
export interface Moment {
  readonly revision?: number | undefined;
  readonly at?: string | undefined;
}

/** The revision that a moment stands for. Throws ProblemError ValidationFailed for one that is two, Expired. */
export async function revisionOf(store: Store, { revision, at }: Moment): Promise<number> {
  if (revision !== undefined && at !== undefined) {
    const message = 'say revision or at, not both';
    throw new ProblemError('ValidationFailed', message, [{ pointer: 'query/at', code: 'NotAllowed', message }]);
  }
  if (at !== undefined) return store.past.revisionAt(at);
  return revision ?? (await store.history.position()).revision;
}

/** The revision that one end of a span stands for: a revision, a time, or now. Throws ProblemError Expired. */
export function revisionAtEnd(store: Store, end: number | string | undefined): Promise<number> {
  return revisionOf(store, typeof end === 'string' ? { at: end } : { revision: end });
}
