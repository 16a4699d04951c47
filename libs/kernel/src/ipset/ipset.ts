/** ipset as data, in the words of ipset(8). */

/** What the elements of a set are made of. */
export type IpsetType = 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net';

/** A set. Elements are in the order of their text and in the form in which `ipset save` prints them: `198.19.0.1,tcp:80`, a single address without `/32`. */
export interface Ipset {
  readonly name: string;
  readonly type: IpsetType;
  /** Elements can carry a packet mark that the SET target of iptables gives to packets: `198.19.0.1,tcp:80 skbmark 0x7`. */
  readonly skbinfo: boolean;
  readonly elements: readonly string[];
}

/** What the name of each of our sets starts with. Longest name the kernel takes: 31 characters (IPSET_MAXNAMELEN is 32 with its NUL). */
export const IPSET_PREFIX = 'WEFT-';

/** One thing that lines of `ipset restore` do. Sets are made without their elements. */
export type IpsetOp =
  | { readonly op: 'create'; readonly set: Omit<Ipset, 'elements'> }
  | { readonly op: 'add' | 'delete'; readonly name: string; readonly elements: readonly string[] }
  | { readonly op: 'destroy'; readonly name: string };
