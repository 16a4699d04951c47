import { hash } from 'node:crypto';
import { changedSum, type InventorySum, inventorySum, type Sha256 } from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import type { LedgerMove } from '@weft/reconcile';

/** The platform's own, several times as fast as one that runs everywhere. */
export const sha256: Sha256 = (text) => hash('sha256', text);

/**
 * The sum of an inventory that changes part by part. It is taken of the whole when it is asked for first, and follows what changes from then on; what changed is hashed
 * when it is asked for again.
 */
export class RunningSum {
  readonly #whole: () => Iterable<KernelObject>;
  #value: InventorySum | null = null;
  #moves: LedgerMove[] = [];

  constructor(whole: () => Iterable<KernelObject>) {
    this.#whole = whole;
  }

  get value(): InventorySum {
    const known = this.#value ?? inventorySum(this.#whole(), sha256);
    this.#value = this.#moves.reduce((sum, move) => changedSum(sum, move.before(), move.after(), sha256), known);
    this.#moves = [];
    return this.#value;
  }

  /** So much changes that the whole will have to be asked. */
  forget(): void {
    this.#value = null;
    this.#moves = [];
  }

  /** Follows a change of a part, which is listed when the sum is asked for. */
  follow(move: LedgerMove): void {
    if (this.#value !== null) this.#moves.push(move);
  }
}
