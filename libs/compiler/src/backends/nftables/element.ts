import { shortHash } from '@weft/model';

/** Longest comment nft keeps, in characters. */
const COMMENT_MAX = 127;

const HASH = 12;

/**
 * A label as a comment that nft keeps whole. One that is too long, as `namespace/name:port` of 143 characters can be, is cut in the middle and told from
 * others by a hash of all of it.
 */
export function nftComment(label: string): string {
  if (label.length <= COMMENT_MAX) return label;
  const end = label.slice(label.lastIndexOf(':'));
  return `${label.slice(0, COMMENT_MAX - HASH - 1 - end.length)}_${shortHash(label, HASH)}${end}`;
}

/** An element, or the key of one, that says whose it is: shown by `nft list`, free of cost to packets. */
export function labelled(key: string, label: string): string {
  return `${key} comment "${nftComment(label)}"`;
}
