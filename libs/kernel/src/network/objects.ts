/** The kernel's network objects as data. `netns` is null for the host's own namespace, else a name below /run/netns. */

/** A network namespace of a pod. */
export interface Netns {
  readonly name: string;
}

/** A sysctl in slash form (`net/ipv4/ip_forward`), as a path below /proc/sys, with its value in canonical text. */
export interface Sysctl {
  readonly netns: string | null;
  readonly key: string;
  readonly value: string;
}

interface LinkBase {
  readonly netns: string | null;
  readonly name: string;
  readonly mtu: number;
  readonly mac: string;
  /** Administratively up. A veth pair is up when both its ends and the loopback beside its peer are. */
  readonly up: boolean;
}

/** A bridge. */
export interface BridgeLink extends LinkBase {
  readonly kind: 'bridge';
}

/**
 * A VXLAN device with static forwarding entries (`nolearning`). It names no underlying link: the host's own routes choose the one that
 * reaches the other end, so that a node with several links needs no setting.
 */
export interface VxlanLink extends LinkBase {
  readonly kind: 'vxlan';
  readonly vni: number;
  readonly local: string;
  readonly port: number;
}

/** A veth pair; the object is the end in `netns`, the other is `peer`. */
export interface VethLink extends LinkBase {
  readonly kind: 'veth';
  /** Bridge that the end is a port of; null: none. */
  readonly master: string | null;
  /** As a port, also sends frames back to where they came from: a pod's way to itself through a service. False without a master. */
  readonly hairpin: boolean;
  readonly peer: { readonly netns: string; readonly name: string; readonly mtu: number; readonly mac: string };
}

/** A link that leads nowhere: its addresses are the host's own. */
export interface DummyLink extends LinkBase {
  readonly kind: 'dummy';
}

export type Link = BridgeLink | VxlanLink | VethLink | DummyLink;

/** An address on a link, with its prefix length: `100.64.1.1/24`. */
export interface LinkAddress {
  readonly netns: string | null;
  readonly device: string;
  readonly cidr: string;
}

/** A route of ours, marked with our protocol number, or the kernel's own to what is on a link of ours. */
export interface Route {
  readonly netns: string | null;
  /** `local`: the host itself has all addresses of the range, a route of the table local on the loopback. Absent: one of the main table, which leads to others. */
  readonly type?: 'local';
  /** `default` or a range; a single address carries its `/32`. */
  readonly destination: string;
  readonly via: string | null;
  /** Null: a link of the host that is not ours, whichever reaches `via`, or the loopback of a local route. */
  readonly device: string | null;
  readonly scope: 'global' | 'link' | 'host';
  /** The gateway is reachable although no route says so. */
  readonly onlink: boolean;
  /** Preferred source address; null: the kernel's choice. */
  readonly source: string | null;
  /** The route that the kernel makes with an address of the device (`proto kernel`), and not again when somebody deletes it. Absent: it bears our protocol number. */
  readonly connected?: true;
}

/** A permanent neighbour entry. */
export interface Neighbour {
  readonly netns: string | null;
  readonly device: string;
  readonly ip: string;
  readonly mac: string;
}

/** A static forwarding entry of a VXLAN device: frames for `mac` go to the host `destination`. */
export interface FdbEntry {
  readonly device: string;
  readonly mac: string;
  readonly destination: string;
}

/** Number of the routing protocol on every route that is ours alone (`ip route … proto 87`; rtnetlink(7) leaves numbers above 4 to users), so that foreign routes are told apart. */
export const ROUTE_PROTOCOL = 87;
