import type { IptablesBucket } from '@weft/kernel';

/** Buckets that were made before, so that each is made once: most services are neighbours of others, and have several rules in the same bucket. For services that are compiled together, and no longer. */
export class KnownBuckets {
  readonly #made = new Map<string, Map<string | number, IptablesBucket>>();

  /** The bucket of a kind that `what` says all about. Looked up in two steps: putting one long word together of both takes longer. */
  once(kind: string, what: string | number, make: () => IptablesBucket): IptablesBucket {
    const ofKind = this.#made.get(kind) ?? new Map<string | number, IptablesBucket>();
    const known = ofKind.get(what);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(kind, ofKind.set(what, made));
    return made;
  }
}
