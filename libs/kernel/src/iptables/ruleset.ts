/** iptables as data, in the form in which `iptables-save` prints it. */

/** The tables we have chains in, in the order in which we change them. */
export const IPTABLES_TABLES = ['filter', 'mangle', 'nat'] as const;

export type IptablesTableName = (typeof IPTABLES_TABLES)[number];

/** The built-in chains that can hold jumps to ours. */
export const IPTABLES_BUILT_IN_CHAINS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;

export type IptablesBuiltInChain = (typeof IPTABLES_BUILT_IN_CHAINS)[number];

/** One of our chains: rules without `-A CHAIN`, as `iptables-save` prints them. */
export interface IptablesChain {
  readonly name: string;
  readonly rules: readonly string[];
}

/** A rule of ours in a built-in chain: a jump to one of our chains. We never put anything else there. */
export interface IptablesJump {
  readonly chain: IptablesBuiltInChain;
  readonly rule: string;
}

/** What is ours in one table. Chains are ordered by name, jumps stand in the order of the built-in chains. */
export interface IptablesTable {
  readonly name: IptablesTableName;
  readonly chains: readonly IptablesChain[];
  readonly jumps: readonly IptablesJump[];
}

/**
 * Everything of ours in iptables, ordered by table name; a table without anything of ours is not listed. Marks of built-in chains (`markOfBuiltIn`) are
 * not listed either: when they are all that is there, there is no table.
 */
export interface IptablesRuleset {
  readonly tables: readonly IptablesTable[];
}

/** What the name of each of our chains starts with. Longest chain name the kernel takes: 28 characters. */
export const IPTABLES_CHAIN_PREFIX = 'WEFT-';

const MARK_PREFIX = `${IPTABLES_CHAIN_PREFIX}MADE-`;

/**
 * Name of the empty chain that says of a built-in chain of the same table: it was not there before us. The nft variant of iptables makes built-in chains with
 * the first rule in them and leaves them standing; the mark stands in the kernel, so it is never older or younger than what it is about.
 */
export function markOfBuiltIn(chain: IptablesBuiltInChain): string {
  return `${MARK_PREFIX}${chain}`;
}

/** True for the name of a chain that is such a mark. */
export function isMarkOfBuiltIn(name: string): boolean {
  return name.startsWith(MARK_PREFIX);
}

const COUNTING_PREFIX = `${IPTABLES_CHAIN_PREFIX}COUNT-`;

/** Name of a chain whose rules do nothing but count. Their order has no meaning, and they come and go one by one, so that the others go on counting. */
export function countingChain(name: string): string {
  return `${COUNTING_PREFIX}${name}`;
}

/** True for the name of such a chain. */
export function isCountingChain(name: string): boolean {
  return name.startsWith(COUNTING_PREFIX);
}

/** A chain as we list it: its rules in the order in which they are asked, or by their text where that has no meaning. */
export function listedChain(name: string, rules: readonly string[]): IptablesChain {
  return { name, rules: isCountingChain(name) ? [...rules].sort() : rules };
}

/** One rule of a chain of ours. */
export interface IptablesRule {
  readonly chain: string;
  readonly rule: string;
}

/**
 * One table's part of an `iptables-restore --noflush` transaction. Chains listed in `rewrite` are created or emptied, then filled. Jumps are added at
 * the head of their built-in chain, in the order given: behind a rule that accepts, such as Docker's and firewalld's, they would not be reached.
 */
export interface IptablesChange {
  readonly table: IptablesTableName;
  readonly rewrite: readonly IptablesChain[];
  readonly deleteChains: readonly string[];
  /** Rules that come to the end of chains that count, and rules that go from them. */
  readonly addRules: readonly IptablesRule[];
  readonly deleteRules: readonly IptablesRule[];
  readonly addJumps: readonly IptablesJump[];
  readonly deleteJumps: readonly IptablesJump[];
}

/** The change of a table that changes nothing. */
export function unchanged(table: IptablesTableName): IptablesChange {
  return { table, rewrite: [], deleteChains: [], addRules: [], deleteRules: [], addJumps: [], deleteJumps: [] };
}
