import { NftConflict } from '@weft/kernel';

/** Things by their name, each there as often as it was added. Made for many of which nearly all are there once. */
export class Tally<T> {
  readonly #things = new Map<string, T>();
  /** How often those are there that are there more than once. */
  readonly #counts = new Map<string, number>();
  readonly #same: (a: T, b: T) => boolean;

  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  /** Everything that is there. */
  get things(): ReadonlyMap<string, T> {
    return this.#things;
  }

  /** True when it was not there before. Throws NftConflict when another thing has that name. */
  add(name: string, thing: T): boolean {
    const known = this.#things.get(name);
    if (known === undefined) {
      this.#things.set(name, thing);
      return true;
    }
    if (!this.#same(known, thing)) throw new NftConflict(`two services want "${name}" in two ways`);
    this.#counts.set(name, (this.#counts.get(name) ?? 1) + 1);
    return false;
  }

  /** True when it is not there any more. */
  remove(name: string): boolean {
    const count = this.#counts.get(name) ?? 1;
    if (count === 1) return this.#things.delete(name);
    if (count === 2) this.#counts.delete(name);
    else this.#counts.set(name, count - 1);
    return false;
  }
}
