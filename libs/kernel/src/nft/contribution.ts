import type { NftChain, NftMap, NftSet } from './table.ts';

/** An element of a set (`data` null) or of a map, with the name of what it is in. */
export interface NftElement {
  readonly into: string;
  /** The key as it is listed, with the element's comment if it has one. */
  readonly key: string;
  readonly data: string | null;
}

/** Something that elements or rules need to be there: shared by all that need it, gone with the last of them. A chain is needed whole, with its rules. */
export type NftNeed =
  | { readonly kind: 'set'; readonly is: Omit<NftSet, 'elements'> }
  | { readonly kind: 'map'; readonly is: Omit<NftMap, 'elements'> }
  | { readonly kind: 'chain'; readonly is: NftChain };

/**
 * What one service adds to the frame of a node's table. Two services may add equal elements and needs, which then are there once, until neither adds them.
 * What has one key but other data, or one name but another content, cannot be in one table.
 */
export interface NftContribution {
  readonly elements: readonly NftElement[];
  readonly needs: readonly NftNeed[];
}

/** Two services want something of one name or key in two ways: the control plane has accepted what it must refuse. */
export class NftConflict extends Error {
  override readonly name = 'NftConflict';
}

const sameSet = (a: Omit<NftMap, 'elements'> | Omit<NftSet, 'elements'>, b: typeof a) =>
  a.type === b.type && a.comment === b.comment && a.flags.join() === b.flags.join();

const sameRules = (a: NftChain, b: NftChain) =>
  a.rules.length === b.rules.length &&
  a.rules.every(({ text, comment }, i) => text === b.rules[i]?.text && comment === b.rules[i]?.comment);

/** True when two needs of one name are the same thing. */
export function sameNeed(a: NftNeed, b: NftNeed): boolean {
  if (a === b) return true;
  if (a.kind === 'chain') return b.kind === 'chain' && sameRules(a.is, b.is);
  return a.kind === b.kind && sameSet(a.is, b.is as typeof a.is);
}
