import type { IptablesChain, IptablesTableName } from '@weft/kernel';
import type { Bucket } from './bucket.ts';

/** A rule in a chain that services share. */
export interface SharedRule {
  readonly bucket: Bucket;
  readonly rule: string;
}

/** A chain of one service alone. */
export interface OwnChain extends IptablesChain {
  readonly table: IptablesTableName;
}

/** What one service adds to a node's chains. Depends on nothing but the service and its surroundings. */
export interface IptablesContribution {
  readonly chains: readonly OwnChain[];
  readonly shared: readonly SharedRule[];
}

/** Several contributions as one, in their order. */
export function together(contributions: readonly IptablesContribution[]): IptablesContribution {
  return { chains: contributions.flatMap(({ chains }) => chains), shared: contributions.flatMap(({ shared }) => shared) };
}
