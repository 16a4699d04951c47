import { contains, type DesiredNode } from '@weft/model';
import { blocksOf, gatewayOf } from '../../network/blocks.ts';
import { hostOf } from '../../network/peers.ts';

/** The addresses that a node is known to have: the one that other nodes reach it at, and its own in each of its pod blocks. */
export function addressesOf(node: DesiredNode): string[] {
  const gateways = blocksOf(node).map(gatewayOf);
  return node.address === null ? gateways : [hostOf(node.address), ...gateways];
}

/** Those of them at which node ports answer; all when nothing is said. */
export function nodePortAddressesOf(node: DesiredNode): string[] {
  const { nodePortAddresses: wanted } = node;
  const primary = node.address === null ? null : hostOf(node.address);
  const answers = (address: string) => wanted.some((range) => (range === 'primary' ? address === primary : contains(range, address)));
  return wanted.length === 0 ? addressesOf(node) : addressesOf(node).filter(answers);
}
