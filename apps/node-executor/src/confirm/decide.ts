/** A network that was applied, and with which the control plane has not been reached yet. */
export interface Pending {
  /** See networkKey. */
  readonly key: string;
  readonly revision: number;
  /** In ms since 1970. */
  readonly since: number;
}

/** A network that cut this node off, and was taken back. */
export interface Refused {
  readonly key: string;
  readonly revision: number;
  readonly at: number;
  /** How many times it has done so. */
  readonly times: number;
  /** The control plane was reached since: only then it is worth trying again. */
  readonly reached: boolean;
}

/** What is known about networks of this node. */
export interface Known {
  /** The network with which the control plane was reached last; null: none yet, and nothing to go back to. */
  readonly confirmed: string | null;
  readonly pending: Pending | null;
  readonly refused: Refused | null;
}

/**
 * What to do about a network that is wanted. `apply`: nothing stands in the way, and nothing has to be confirmed. `try`: apply it and wait for the control plane.
 * `take-back`: it had its time; go back to the confirmed one. `hold-back`: it was taken back before; stay with the confirmed one.
 */
export type Verdict = 'apply' | 'try' | 'take-back' | 'hold-back';

const FIRST_RETRY_MS = 600_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;

/** When a network that was refused may be tried again, in ms since 1970. */
export function retryAt({ at, times }: Pick<Refused, 'at' | 'times'>): number {
  return at + Math.min(FIRST_RETRY_MS * 2 ** Math.min(times - 1, 10), LONGEST_RETRY_MS);
}

/** Decides about a wanted network. A clock that went back counts as no time at all. */
export function decide(wanted: string, { confirmed, pending, refused }: Known, now: number, limitMs: number): Verdict {
  if (confirmed === null || wanted === confirmed) return 'apply';
  if (refused?.key === wanted && !(refused.reached && now >= retryAt(refused))) return 'hold-back';
  if (pending?.key === wanted && now - pending.since >= limitMs) return 'take-back';
  return 'try';
}

/** When there is something to decide again, in ms since 1970; infinite: not by itself. */
export function dueAt({ pending, refused }: Pick<Known, 'pending' | 'refused'>, limitMs: number): number {
  if (pending !== null) return pending.since + limitMs;
  return refused?.reached ? retryAt(refused) : Number.POSITIVE_INFINITY;
}
