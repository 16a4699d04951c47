import type { NftContribution } from '@weft/kernel';

/** Several contributions as one, in their order. Kept for each service, so the lists are copied: what they were built in has room for some sixteen more. */
export function together(contributions: readonly NftContribution[]): NftContribution {
  return {
    elements: contributions.flatMap(({ elements }) => elements).slice(),
    chains: contributions.flatMap(({ chains }) => chains).slice(),
  };
}
