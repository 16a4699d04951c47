/** Longest comment nft keeps: 127 characters. A namespace, a name and a port name can be 143. */
const COMMENT_MAX = 127;

/** An element, or the key of one, that says whose it is: shown by `nft list`, free of cost to packets. */
export function labelled(key: string, label: string): string {
  return `${key} comment "${label.slice(0, COMMENT_MAX)}"`;
}
