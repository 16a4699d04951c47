import type { IptablesBucket } from '@weft/kernel';

/** Buckets that were made before, so that each is made once: most services are neighbours of others, and have several rules in the same bucket. For services that are compiled together, and no longer. */
export class KnownBuckets {
  readonly #made = new Map<string, IptablesBucket>();

  /** The bucket that `what` says all about. */
  once(what: string, make: () => IptablesBucket): IptablesBucket {
    const known = this.#made.get(what);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(what, made);
    return made;
  }
}
