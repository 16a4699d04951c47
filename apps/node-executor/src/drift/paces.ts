import { Pace } from './pace.ts';

/** How soon the host may be looked at again, thing by thing: a fight about one must not delay the repair of others. All looks together have a limit as well. */
export class Paces {
  readonly #all = new Pace();
  readonly #each = new Map<string, Pace>();
  #looks = 0;

  /** When the next look because of a thing may be, by the clock that `looked` is told. */
  notBefore(about: string): number {
    return Math.max(this.#all.notBefore, this.#each.get(about)?.notBefore ?? Number.NEGATIVE_INFINITY);
  }

  /** Takes note of a look at a time in ms, of the things that led to it, and of what it found: a text that is the same for the same things. */
  looked(now: number, abouts: Iterable<string>, found: string): void {
    this.#looks += 1;
    this.#all.looked(now, String(this.#looks));
    for (const [about, pace] of this.#each) if (pace.isQuiet(now)) this.#each.delete(about);
    for (const about of abouts) {
      const pace = this.#each.get(about) ?? new Pace();
      this.#each.set(about, pace);
      pace.looked(now, found);
    }
  }
}
