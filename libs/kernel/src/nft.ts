/** nftables as data, in the words of nft(8) and in the form in which `nft -y list` prints it. */

/** A named set. `type` is what follows the keyword, such as `ipv4_addr . inet_proto . inet_service`. */
export interface NftSet {
  readonly name: string;
  readonly type: string;
  readonly flags: readonly string[];
  readonly comment: string | null;
  readonly elements: readonly string[];
}

/** A named map. `type` is the whole declaration including the colon, as in `ipv4_addr . inet_service : verdict`; `keyword` says how it is declared. */
export interface NftMap {
  readonly name: string;
  readonly keyword: 'type' | 'typeof';
  readonly type: string;
  readonly flags: readonly string[];
  readonly comment: string | null;
  /** Key text → data text. */
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

/** Our table. */
export interface NftTable {
  readonly family: 'ip' | 'ip6';
  readonly name: string;
  readonly sets: readonly NftSet[];
  readonly maps: readonly NftMap[];
  readonly chains: readonly NftChain[];
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
  | { readonly do: 'add-map-elements'; readonly map: string; readonly elements: Readonly<Record<string, string>> }
  | { readonly do: 'delete-map-elements'; readonly map: string; readonly keys: readonly string[] };
