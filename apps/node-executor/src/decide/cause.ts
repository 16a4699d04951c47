import type { ReceiptReport } from '@weft/model';

/** What led to an apply. */
export interface ApplyReason {
  /** Nothing was applied since this process started. */
  readonly first: boolean;
  /** The apply before this one failed. */
  readonly afterFailure: boolean;
  /** The wanted configuration is another than the one applied last. */
  readonly changed: boolean;
  /** What is wanted came as a snapshot and not as a delta. */
  readonly snapshot: boolean;
}

/** The cause that a receipt names: the first of these that holds. Nothing changed and yet there is something to do: somebody else changed it. */
export function applyCause({ first, afterFailure, changed, snapshot }: ApplyReason): ReceiptReport['cause'] {
  if (first) return 'start';
  if (afterFailure) return 'retry';
  if (!changed) return 'drift';
  return snapshot ? 'resync' : 'change';
}
