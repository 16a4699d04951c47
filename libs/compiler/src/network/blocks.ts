import { addressOrder, contains, type DesiredNode, firstOf, nth, prefixLength } from '@weft/model';

/** A node's blocks in the order of their addresses, whatever order they come in. */
export function blocksOf(node: DesiredNode): string[] {
  return [...node.podBlocks].sort((a, b) => (addressOrder(firstOf(a)) < addressOrder(firstOf(b)) ? -1 : 1));
}

/** The node's own address in a block: its first one after the network address. */
export function gatewayOf(block: string): string {
  return nth(block, 1);
}

/** An address with a block's prefix length. */
export function inBlock(address: string, block: string): string {
  return `${address}/${prefixLength(block)}`;
}

/** The block of a node that holds a pod's address; null when none does. */
export function blockOf(node: DesiredNode, address: string): string | null {
  return node.podBlocks.find((block) => contains(block, address)) ?? null;
}

/**
 * The address of a node's tunnel end: the network address of its first block, which no pod ever gets. Null while the node has no block.
 */
export function tunnelAddress(node: DesiredNode): string | null {
  const [first] = blocksOf(node);
  return first === undefined ? null : firstOf(first);
}
