import type { Link, LinkAddress, Route } from '@weft/kernel';
import { type DesiredNode, IPVS_LINK_NAME, mac } from '@weft/model';
import { outermost } from '../cidrs.ts';

/** Ethernet's; nothing is ever sent through the link. */
const MTU = 1500;

/** The link that the addresses of services are on, so that their packets come to this node's input, where IPVS waits. */
export function dummy(node: DesiredNode): Link {
  return { kind: 'dummy', netns: null, name: IPVS_LINK_NAME, mtu: MTU, mac: mac.ipvs(node.id), up: true };
}

/**
 * Makes all addresses of the service ranges this node's own, whether a service has them or not: what no service answers is refused. Each as an address of the link
 * would do the same, but the kernel walks all addresses of a link to add one (net/ipv4/devinet.c, __inet_insert_ifa). On the loopback, since a link loses its routes with its
 * last address (fib_frontend.c, fib_inetaddr_event).
 */
export function serviceRanges(serviceCidrs: readonly string[]): Route[] {
  return outermost(serviceCidrs).map((destination) => ({
    netns: null,
    type: 'local',
    destination,
    via: null,
    device: null,
    scope: 'host',
    onlink: false,
    source: null,
  }));
}

/** An address of a service outside these ranges, on that link. */
export function borne(address: string): LinkAddress {
  return { netns: null, device: IPVS_LINK_NAME, cidr: `${address}/32` };
}
