import { hash } from 'node:crypto';
import { changedSum, type InventorySum, inventorySum, type Sha256 } from '@weft/kernel';
import type { KernelObject } from '@weft/model';

/** The platform's own, several times as fast as one that runs everywhere. */
export const sha256: Sha256 = (text) => hash('sha256', text);

/** The sum of an inventory that changes part by part. It is taken of the whole when it is asked for first, and follows what changes from then on. */
export class RunningSum {
  readonly #whole: () => Iterable<KernelObject>;
  #value: InventorySum | null = null;

  constructor(whole: () => Iterable<KernelObject>) {
    this.#whole = whole;
  }

  get value(): InventorySum {
    this.#value ??= inventorySum(this.#whole(), sha256);
    return this.#value;
  }

  /** So much changes that the whole will have to be asked. */
  forget(): void {
    this.#value = null;
  }

  /** Follows a change of a part. */
  follow(before: Iterable<KernelObject>, after: Iterable<KernelObject>): void {
    if (this.#value !== null) this.#value = changedSum(this.#value, before, after, sha256);
  }

  /** Follows work that changes nothing but a part, whatever it makes of that. */
  async during<T>(part: () => Iterable<KernelObject>, work: () => Promise<T>): Promise<T> {
    const value = this.#value;
    const before = value === null ? [] : part();
    this.#value = null;
    const done = await work();
    this.#value = value === null ? null : changedSum(value, before, part(), sha256);
    return done;
  }
}
