import { addends, addSums, changeAddends, EMPTY_SUM, type InventorySum } from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import type { LedgerMove } from '@weft/reconcile';

/** So much is hashed at once, which is some milliseconds. */
const AT_ONCE = 2_000;

/**
 * The sum of an inventory that changes part by part. It is taken of the whole when it is asked for first, or when it is begun, and follows what changes from then on. What changed is hashed
 * when it is asked for again: whoever changes something waits for no hash.
 */
export class RunningSum {
  readonly #whole: () => Iterable<KernelObject>;
  #value: InventorySum | null = null;
  /** What is to be added to it, as parts that are hashed one after the other. */
  #behind: Iterator<InventorySum>[] = [];

  constructor(whole: () => Iterable<KernelObject>) {
    this.#whole = whole;
  }

  get value(): InventorySum {
    return this.#advance(Number.POSITIVE_INFINITY);
  }

  /** Takes in a little of what it is behind. True: it is not behind any more. */
  catchUp(): boolean {
    this.#advance(AT_ONCE);
    return this.#behind.length === 0;
  }

  /** Takes it of the whole as it is now: while that is little, what comes is followed, and the whole need not be listed again. */
  begin(): void {
    this.#value = EMPTY_SUM;
    this.#behind = [addends(this.#whole())];
  }

  /** So much changes that the whole will have to be asked. */
  forget(): void {
    this.#value = null;
    this.#behind = [];
  }

  /** Follows a change of a part. */
  follow(move: LedgerMove): void {
    if (this.#value !== null) this.#behind.push(changesOf(move));
  }

  /** Adds at most so much of what it is behind. Returns what it is then. */
  #advance(most: number): InventorySum {
    if (this.#value === null) this.begin();
    let sum = this.#value ?? EMPTY_SUM;
    let left = most;
    for (let part = this.#behind[0]; part !== undefined && left > 0; part = this.#behind[0]) {
      const { done, value } = part.next();
      if (done === true) this.#behind.shift();
      else {
        sum = addSums(sum, value);
        left -= 1;
      }
    }
    this.#value = sum;
    return sum;
  }
}

/** What a change adds, listed when it is asked for first. */
function* changesOf(move: LedgerMove): Generator<InventorySum> {
  yield* changeAddends(move.before(), move.after());
}
