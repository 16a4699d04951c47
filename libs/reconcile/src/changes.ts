import { canonicalJson } from '@weft/model';

/** What has to be done to a list of one kind of object. */
export interface Changes<T> {
  /** Objects to make, or to bring to new content under their old key. */
  readonly put: readonly T[];
  /** Objects that nobody wants any more. */
  readonly drop: readonly T[];
}

/** Compares two lists by key, then by content. Keeps the lists' order; a later object with the same key wins. */
export function changes<T>(key: (item: T) => string, desired: readonly T[], observed: readonly T[]): Changes<T> {
  const there = new Map(observed.map((item) => [key(item), item]));
  const wanted = new Set(desired.map(key));
  return {
    put: desired.filter((item) => {
      const found = there.get(key(item));
      return found === undefined || (found !== item && canonicalJson(found) !== canonicalJson(item));
    }),
    drop: observed.filter((item) => !wanted.has(key(item))),
  };
}
