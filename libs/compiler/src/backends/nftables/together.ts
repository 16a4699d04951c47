import type { NftContribution } from '@weft/kernel';

/** Several contributions as one, in their order. */
export function together(contributions: readonly NftContribution[]): NftContribution {
  return {
    elements: contributions.flatMap(({ elements }) => elements),
    chains: contributions.flatMap(({ chains }) => chains),
  };
}
