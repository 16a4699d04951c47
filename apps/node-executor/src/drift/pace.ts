/** Looks that may follow each other at once and find the same. */
const SAME_AT_ONCE = 3;

const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/** After a while without a look everything begins anew; while it is slow, after twice its pause. */
const QUIET_MS = 10_000;

/** Looks in a while that may follow each other at once whatever they find, and the pause between more of them. */
const BURST = 20;
const BURST_PAUSE_MS = 1_000;

/**
 * How soon the host may be looked at again because somebody changed something. What a hand does is seen at once; where a program undoes what we do as often as we do it,
 * the pauses double up to half a minute, so that two programs that fight do not burn the host.
 */
export class Pace {
  #same = 0;
  #found = '';
  #looks: number[] = [];
  #pauseMs = 0;

  /** When the next look may be, by the clock that `looked` is told. */
  get notBefore(): number {
    return (this.#looks.at(-1) ?? Number.NEGATIVE_INFINITY) + this.#pauseMs;
  }

  /** True when the last look is so long ago that everything begins anew. */
  isQuiet(now: number): boolean {
    return now - (this.#looks.at(-1) ?? Number.NEGATIVE_INFINITY) > Math.max(QUIET_MS, 2 * this.#pauseMs);
  }

  /** Takes note of a look at a time in ms, and of what it found: a text that is the same for the same things. */
  looked(now: number, found: string): void {
    this.#same = this.isQuiet(now) || found !== this.#found ? 1 : this.#same + 1;
    this.#found = found;
    this.#looks = [...this.#looks.filter((at) => now - at < QUIET_MS), now];
    const doublings = this.#same - SAME_AT_ONCE;
    const fight = doublings < 0 ? 0 : Math.min(FIRST_MS * 2 ** Math.min(doublings, 20), LONGEST_MS);
    this.#pauseMs = Math.max(fight, this.#looks.length > BURST ? BURST_PAUSE_MS : 0);
  }
}
