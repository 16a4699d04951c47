import { hash } from 'node:crypto';
import { changedSum, type InventorySum, inventorySum, type Sha256 } from '@weft/kernel';
import type { KernelObject } from '@weft/model';

/** The platform's own, several times as fast as one that runs everywhere. */
export const sha256: Sha256 = (text) => hash('sha256', text);

/** A part of an inventory as it was and as it has become. */
interface Move {
  readonly before: Iterable<KernelObject>;
  readonly after: Iterable<KernelObject>;
}

/**
 * The sum of an inventory that changes part by part. It is taken of the whole when it is asked for first, and follows what changes from then on; what changed is hashed
 * when it is asked for again.
 */
export class RunningSum {
  readonly #whole: () => Iterable<KernelObject>;
  #value: InventorySum | null = null;
  #moves: Move[] = [];

  constructor(whole: () => Iterable<KernelObject>) {
    this.#whole = whole;
  }

  get value(): InventorySum {
    const known = this.#value ?? inventorySum(this.#whole(), sha256);
    this.#value = this.#moves.reduce((sum, { before, after }) => changedSum(sum, before, after, sha256), known);
    this.#moves = [];
    return this.#value;
  }

  /** So much changes that the whole will have to be asked. */
  forget(): void {
    this.#value = null;
    this.#moves = [];
  }

  /** Follows a change of a part. */
  follow(before: Iterable<KernelObject>, after: Iterable<KernelObject>): void {
    if (this.#value !== null) this.#moves.push({ before, after });
  }

  /** Follows work that changes nothing but a part, whatever it makes of that. */
  async during<T>(part: () => Iterable<KernelObject>, work: () => Promise<T>): Promise<T> {
    if (this.#value === null) return work();
    const before = part();
    try {
      const done = await work();
      this.follow(before, part());
      return done;
    } catch (error) {
      this.forget();
      throw error;
    }
  }
}
