import type { NodeConfig } from '@weft/kernel';

/** What to do about our table when it cannot be changed: replace it in one transaction that depends on nothing that is there; or make it anew, service by service. */
export type Cure = 'none' | 'replace' | 'rebuild';

/** Replacing everything shows whether it was the table. If not, and it is known which services are to blame, they stay left out. */
export function nextCure(cure: Cure, refusedAreKnown: boolean): Cure {
  if (cure !== 'replace') return 'replace';
  return refusedAreKnown ? 'none' : 'rebuild';
}

/** An observation that makes `diff` replace our table whole: as if somebody had put something into it. */
export function asForeign(observed: NodeConfig): NodeConfig {
  return observed.nft === null ? observed : { ...observed, nft: { ...observed.nft, foreign: ['refused a change'] } };
}
