import type { CaptureTerms, ObjectReference } from '@weft/model';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import type { Committed, RequestContext } from '../request-context.ts';

/** Captures. What was captured is kept nowhere; that somebody captured is, before they see the first packet. */
export interface CaptureStore {
  /** Records who captures where, and on which terms. */
  record(ctx: RequestContext, about: ObjectReference, terms: CaptureTerms): Promise<Committed<CaptureTerms>>;
}

export function captureStore(database: Database): CaptureStore {
  return {
    record: (ctx, about, terms) =>
      mutate(database, ctx, async () => ({
        about,
        concerns: [],
        status: 200,
        write: async () => ({ object: terms, before: null, after: terms, versions: [] }),
      })),
  };
}
