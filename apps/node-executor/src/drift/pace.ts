/** Looks that may follow each other at once. */
const AT_ONCE = 3;

const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/** After a while without a look everything begins anew; while it is slow, after twice its pause. */
const QUIET_MS = 10_000;

/**
 * How soon the host may be looked at again because somebody changed something. What one hand does is seen at once; where a program undoes what we do as often as we do it,
 * the pauses double up to half a minute, so that two programs that fight do not burn the host.
 */
export class Pace {
  #looks = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;

  /** When the next look may be, by the clock that `looked` is told. */
  get notBefore(): number {
    return this.#lastAt + this.#pauseMs;
  }

  /** Takes note of a look at a time in ms. */
  looked(now: number): void {
    this.#looks = now - this.#lastAt > Math.max(QUIET_MS, 2 * this.#pauseMs) ? 1 : this.#looks + 1;
    this.#lastAt = now;
    const doublings = this.#looks - AT_ONCE;
    this.#pauseMs = doublings < 0 ? 0 : Math.min(FIRST_MS * 2 ** Math.min(doublings, 20), LONGEST_MS);
  }
}
