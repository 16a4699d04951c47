import type { DesiredNode } from '@weft/model';
import type { NodeView } from '../fragment.ts';
import { overlayOf } from './peers.ts';

/** What VXLAN over IPv4 takes from every packet, in bytes: 14 inner Ethernet, 8 VXLAN, 8 UDP, 20 IP (RFC 7348). */
const VXLAN_OVERHEAD = 50;

/** Until a node has reported its link's MTU, Ethernet's. */
const ETHERNET_MTU = 1500;

const linkMtu = ({ mtu }: DesiredNode) => mtu ?? ETHERNET_MTU;

/** The MTU of a node's tunnels, in bytes. */
export const tunnelMtu = (node: DesiredNode): number => linkMtu(node) - VXLAN_OVERHEAD;

/**
 * The MTU of pods and of the links between them, in bytes: one for the whole node, small enough for the narrowest way that the overlay
 * mode may take, so that a packet that fits on one way fits on all.
 */
export function podMtu({ desired, node }: NodeView): number {
  return overlayOf(node, desired.cluster) === 'direct' ? linkMtu(node) : tunnelMtu(node);
}
