/** iptables as data, in the form in which `iptables-save` prints it. */

export type IptablesTableName = 'nat' | 'filter';

/** One of our chains: rules without `-A CHAIN`, as `iptables-save` prints them. */
export interface IptablesChain {
  readonly name: string;
  readonly rules: readonly string[];
}

/** A rule of ours in a built-in chain: a jump to one of our chains. We never put anything else there. */
export interface IptablesJump {
  readonly chain: 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
  readonly rule: string;
}

/** What is ours in one table. */
export interface IptablesTable {
  readonly name: IptablesTableName;
  readonly chains: readonly IptablesChain[];
  readonly jumps: readonly IptablesJump[];
}

/** Everything of ours in iptables. */
export interface IptablesRuleset {
  readonly tables: readonly IptablesTable[];
}

/** What the name of each of our chains starts with. Longest chain name the kernel takes: 28 characters. */
export const IPTABLES_CHAIN_PREFIX = 'WEFT-';

/** One table's part of an `iptables-restore --noflush` transaction. Chains listed in `rewrite` are created or emptied, then filled. */
export interface IptablesChange {
  readonly table: IptablesTableName;
  readonly rewrite: readonly IptablesChain[];
  readonly deleteChains: readonly string[];
  readonly addJumps: readonly IptablesJump[];
  readonly deleteJumps: readonly IptablesJump[];
}
