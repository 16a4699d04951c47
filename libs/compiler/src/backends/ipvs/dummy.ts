import type { Link, LinkAddress } from '@weft/kernel';
import { type DesiredNode, IPVS_LINK_NAME, mac } from '@weft/model';
import type { Frontend } from './frontends.ts';
import { addressesOf } from './node-addresses.ts';

/** Ethernet's; nothing is ever sent through the link. */
const MTU = 1500;

/**
 * The link that bears the addresses of services, so that their packets come to this node's input, where IPVS waits. An address that the node has anyway is
 * left where it is.
 */
export function dummy(node: DesiredNode, frontends: readonly Frontend[]): { readonly links: Link[]; readonly addresses: LinkAddress[] } {
  const own = new Set(addressesOf(node));
  const borne = new Set(frontends.map(({ address }) => address).filter((address) => !own.has(address)));
  return {
    links: [{ kind: 'dummy', netns: null, name: IPVS_LINK_NAME, mtu: MTU, mac: mac.ipvs(node.id), up: true }],
    addresses: Array.from(borne, (address) => ({ netns: null, device: IPVS_LINK_NAME, cidr: `${address}/32` })),
  };
}
