/** nftables as data, in the words of nft(8) and in the form in which `nft -y list` prints it. */

/**
 * A named set. `type` is what follows the keyword, such as `ipv4_addr . inet_proto . inet_service`. Elements are in the order of their text.
 * The comment of an element is part of its text, behind the key, where nft prints it: `198.19.0.1 comment "default/web"`.
 */
export interface NftSet {
  readonly name: string;
  readonly type: string;
  readonly flags: readonly string[];
  /** True: the kernel counts for each element what matched it. Counts are no part of a configuration. */
  readonly counter?: true;
  readonly comment: string | null;
  readonly elements: readonly string[];
}

/** A named map. `type` is what follows the keyword, including the colon, as in `ipv4_addr . inet_service : verdict`. */
export interface NftMap {
  readonly name: string;
  readonly type: string;
  /** With `dynamic`, packets put elements in; they are no part of a configuration, in which such a map is empty. */
  readonly flags: readonly string[];
  /** Most elements that packets may put in; only for a dynamic map. */
  readonly size?: number;
  /** True: the kernel counts for each element what matched it. Counts are no part of a configuration. */
  readonly counter?: true;
  readonly comment: string | null;
  /** Key text, with the element's comment if it has one → data text. */
  readonly elements: Readonly<Record<string, string>>;
}

/** Where a base chain hangs. */
export interface NftHook {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
}

/** A rule: the text of its expressions in the form nft prints it, and its comment. */
export interface NftRule {
  readonly text: string;
  readonly comment: string | null;
}

/** A chain; `hook` is null for a chain that is only jumped to. Base chains have policy accept. */
export interface NftChain {
  readonly name: string;
  readonly hook: NftHook | null;
  readonly rules: readonly NftRule[];
}

/** Our table. Sets, maps and chains are ordered by name, the order of a chain's rules is its own. */
export interface NftTable {
  readonly family: 'ip' | 'ip6';
  readonly name: string;
  readonly sets: readonly NftSet[];
  readonly maps: readonly NftMap[];
  readonly chains: readonly NftChain[];
  /** What a listing had that we never write (somebody's counter, a set's size, `flags dormant`), as text; absent when there is nothing. */
  readonly foreign?: readonly string[];
}

/** Name of the one nftables table we own. */
export const NFT_TABLE = 'weft';

/** One command of an nft transaction. */
export type NftCommand =
  | { readonly do: 'add-table' | 'delete-table' }
  | { readonly do: 'add-set'; readonly set: Omit<NftSet, 'elements'> }
  | { readonly do: 'add-map'; readonly map: Omit<NftMap, 'elements'> }
  | { readonly do: 'delete-set' | 'delete-map' | 'flush-chain' | 'delete-chain'; readonly name: string }
  | { readonly do: 'add-chain'; readonly chain: Omit<NftChain, 'rules'> }
  | { readonly do: 'add-rule'; readonly chain: string; readonly rule: NftRule }
  | { readonly do: 'add-elements' | 'delete-elements'; readonly set: string; readonly elements: readonly string[] }
  | { readonly do: 'add-map-elements'; readonly map: string; readonly elements: readonly (readonly [key: string, data: string])[] }
  | { readonly do: 'delete-map-elements'; readonly map: string; readonly keys: readonly string[] };
