import type { KernelObject } from '@weft/model';

/** A part of what an account comes to, as it was and as it has become; listed when it is asked for. Of a chain's rules it has all or none. */
export interface LedgerMove {
  before(): Iterable<KernelObject>;
  after(): Iterable<KernelObject>;
}

/** Is told of every move of an account that a kernel follows, in their order. Making whole accounts tells nobody. */
export type OnLedgerMove = (move: LedgerMove) => void;
