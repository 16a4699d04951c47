import type { NftChain } from './table.ts';

/** An element of a set (`data` null) or of a map, with the name of what it is in. */
export interface NftElement {
  readonly into: string;
  /** The key as it is listed, with the element's comment if it has one. */
  readonly key: string;
  readonly data: string | null;
}

/**
 * What one service adds to the frame of a node's table: elements of the frame's sets and maps, and the chains that these lead to. Two services may add equal
 * elements and chains, which then are there once, until neither adds them. What has one key but other data, or one name but other rules, cannot be in one table.
 */
export interface NftContribution {
  readonly elements: readonly NftElement[];
  readonly chains: readonly NftChain[];
}

/** Two services want something of one name or key in two ways: the control plane has accepted what it must refuse. */
export class NftConflict extends Error {
  override readonly name = 'NftConflict';
}

/** True when two chains hold the same rules. */
export function sameRules({ rules: a }: NftChain, { rules: b }: NftChain): boolean {
  return a === b || (a.length === b.length && a.every(({ text, comment }, i) => text === b[i]?.text && comment === b[i]?.comment));
}
