import { type NftChain, type NftContribution, type NftElement, sameRules } from '@weft/kernel';

/** What nothing adds. */
export const NOTHING: NftContribution = { elements: [], chains: [] };

/** What of two contributions is not in both. */
export interface Otherwise {
  readonly gone: NftContribution;
  readonly come: NftContribution;
  /** The later one, with what is alike as it was: the very things that others keep already, so that memory holds them once. */
  readonly now: NftContribution;
}

const sameElement = (a: NftElement, b: NftElement) => a.into === b.into && a.key === b.key && a.data === b.data;

const sameChain = (a: NftChain, b: NftChain) => a === b || (a.name === b.name && sameRules(a, b));

/** Of two lists what is not alike at the same place: what a service adds keeps its place, mostly, when something of the service changes. */
function unlike<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
): { readonly gone: T[]; readonly come: T[]; readonly now: T[] } {
  const now = after.map((one, at) => {
    const was = before[at];
    return was !== undefined && same(was, one) ? was : one;
  });
  return {
    gone: before.filter((one, at) => one !== now[at]),
    come: now.filter((one, at) => one !== before[at]),
    now,
  };
}

/** What is otherwise when something adds `after` that has added `before`; what both have may be in it, on both sides. */
export function otherwise(before: NftContribution, after: NftContribution): Otherwise {
  const elements = unlike(before.elements, after.elements, sameElement);
  const chains = unlike(before.chains, after.chains, sameChain);
  return {
    gone: { elements: elements.gone, chains: chains.gone },
    come: { elements: elements.come, chains: chains.come },
    now: { elements: elements.now, chains: chains.now },
  };
}
