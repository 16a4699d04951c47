import type { Link, LinkAddress } from '@weft/kernel';
import { type DesiredNode, IPVS_LINK_NAME, mac } from '@weft/model';

/** Ethernet's; nothing is ever sent through the link. */
const MTU = 1500;

/** The link that bears the addresses of services, so that their packets come to this node's input, where IPVS waits. */
export function dummy(node: DesiredNode): Link {
  return { kind: 'dummy', netns: null, name: IPVS_LINK_NAME, mtu: MTU, mac: mac.ipvs(node.id), up: true };
}

/** An address of a service on that link. */
export function borne(address: string): LinkAddress {
  return { netns: null, device: IPVS_LINK_NAME, cidr: `${address}/32` };
}
