import { contains, type KernelObject } from '@weft/model';

/** The first packet of a connection, as it meets the node: from one of its links, or from a process of the node itself. */
export interface Packet {
  readonly from: 'link' | 'node';
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  /** The endpoint `ip:port` that the source was with lately, by the service that it asks for now; nobody when not said. */
  readonly wasWith?: string;
}

/** What a node knows that its rules ask about. */
export interface PacketNode {
  /** Addresses on its links, without prefix length; all of 127.0.0.0/8 is its own besides. */
  readonly addresses: readonly string[];
  /** Ranges of which every address is its own besides. */
  readonly ranges?: readonly string[];
  /** The link by which a packet to an address leaves; null: there is no route to it. */
  readonly linkTo: (address: string) => string | null;
}

/** A rule, or a virtual service, that a packet met and that was about it. */
export interface RuleMatch {
  readonly hook: HookPoint['hook'];
  readonly rule: KernelObject;
  /** Elements of sets and maps, and destinations of a virtual service, that the rule found for the packet. */
  readonly elements: readonly KernelObject[];
}

/** A packet under way: what rules have done to it so far. Where chance decides there is one for each outcome. */
export interface Flight extends Packet {
  /** What it was for before rules changed that, as connection tracking keeps it. */
  readonly original: { readonly destination: string; readonly port: number };
  readonly mark: number;
  readonly translated: boolean;
  /** IPVS has led it to an endpoint. */
  readonly balanced: boolean;
  /** The endpoint's address once the packet is translated, as connection tracking keeps it. */
  readonly endpoint?: string;
  readonly masquerade: boolean;
  readonly outLink: string;
  readonly share: number;
  /** The rules that it matched, in the order in which it met them. */
  readonly matched: readonly RuleMatch[];
  /** What the rule that it is at has found for it so far. */
  readonly found: readonly KernelObject[];
}

/** How rules leave a packet: `continue` when none of them decided. */
export interface Landing {
  readonly flight: Flight;
  readonly end: 'continue' | 'accept' | 'drop' | 'tcp-reset' | 'icmp-port-unreachable' | 'unroutable';
}

/** A place in the kernel where rules are asked. At prerouting and output, `mangle` is before addresses are translated and `filter` after it. */
export interface HookPoint {
  readonly type: 'nat' | 'filter' | 'mangle';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
}

/** Rules that can be asked what they do to a packet at a hook. */
export type Rules = (point: HookPoint, flight: Flight, node: PacketNode) => readonly Landing[];

/** What IPVS does to a packet where it looks for a virtual service: one landing for each destination; null: it has none for the packet. */
export type Balancer = (flight: Flight) => readonly Landing[] | null;

/** A packet that has matched a rule, for which the rule found what is in `found`. */
export function withMatch(flight: Flight, hook: HookPoint['hook'], rule: KernelObject | undefined): Flight {
  return rule === undefined ? flight : { ...flight, matched: [...flight.matched, { hook, rule, elements: flight.found }], found: [] };
}

/** True when the address is one of the node's own. */
export function isLocal({ addresses, ranges = [] }: PacketNode, address: string): boolean {
  return address.startsWith('127.') || addresses.includes(address) || ranges.some((range) => contains(range, address));
}

/** True for a link name that a pattern with a wildcard at its end matches. */
export function linkMatches(pattern: string, wildcard: string, link: string): boolean {
  return pattern.endsWith(wildcard) ? link.startsWith(pattern.slice(0, -1)) : pattern === link;
}
