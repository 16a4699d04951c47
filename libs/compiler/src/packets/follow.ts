import type { NodeConfig } from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';
import { iptablesRules } from './iptables-rules.ts';
import { ipvsServices } from './ipvs-services.ts';
import { KnownObjects } from './known-objects.ts';
import { nftRules } from './nft-rules.ts';
import { type Balancer, type Flight, type HookPoint, isLocal, type Landing, type Packet, type PacketNode, type Rules } from './packet.ts';

/** The hooks before the kernel looks for a route, and those after it has found that the packet stays, or goes on. */
const BEFORE_ROUTING = {
  link: [
    ['mangle', 'prerouting'],
    ['nat', 'prerouting'],
    ['filter', 'prerouting'],
  ],
  node: [
    ['mangle', 'output'],
    ['nat', 'output'],
  ],
} as const;
const AFTER_ROUTING = {
  link: {
    here: [['filter', 'input']],
    onwards: [
      ['mangle', 'forward'],
      ['filter', 'forward'],
      ['nat', 'postrouting'],
    ],
  },
  node: {
    here: [
      ['filter', 'output'],
      ['nat', 'postrouting'],
      ['filter', 'input'],
    ],
    onwards: [
      ['filter', 'output'],
      ['nat', 'postrouting'],
    ],
  },
} as const;

/** Those that a packet passes once IPVS has led it on: it is sent like one of the node's own, but for address translation, which is settled. */
const AFTER_BALANCING = [
  ['mangle', 'output'],
  ['filter', 'output'],
  ['nat', 'postrouting'],
] as const;

type Points = readonly (readonly [HookPoint['type'], HookPoint['hook']])[];

const goesOn = ({ end }: Landing) => end === 'continue' || end === 'accept';

function pass(rules: Rules, points: Points, flight: Flight, node: PacketNode): readonly Landing[] {
  return points.reduce<readonly Landing[]>(
    (landings, [type, hook]) => landings.flatMap((landing) => (goesOn(landing) ? rules({ type, hook }, landing.flight, node) : [landing])),
    [{ flight, end: 'continue' }],
  );
}

/** What a node does to packets: its rules, and the load balancer that it may have beside them. */
interface Works {
  readonly rules: Rules;
  readonly balance: Balancer;
}

function start(packet: Packet): Flight {
  const { destination, port } = packet;
  const untouched = { mark: 0, translated: false, balanced: false, masquerade: false, outLink: '', share: 1, matched: [], found: [] };
  return { ...packet, ...untouched, original: { destination, port } };
}

/** The rest of the way of a packet that leaves its node, by the link to where it goes. */
function routed(flight: Flight, node: PacketNode, onwards: (flight: Flight) => readonly Landing[]): readonly Landing[] {
  const outLink = node.linkTo(flight.destination);
  return outLink === null ? [{ flight, end: 'unroutable' }] : onwards({ ...flight, outLink });
}

/** The rest of the way of a packet at the place where IPVS looks for a virtual service. */
function balanced({ rules, balance }: Works, flight: Flight, node: PacketNode, unbalanced: () => readonly Landing[]): readonly Landing[] {
  const led = balance(flight);
  if (led === null) return unbalanced();
  return led.flatMap((landing) => {
    const { destination } = landing.flight;
    if (!goesOn(landing)) return [landing];
    if (isLocal(node, destination)) throw new Error(`IPVS leads to this node's own address ${destination}, a way that is not traced`);
    return routed(landing.flight, node, (flight) => pass(rules, AFTER_BALANCING, flight, node));
  });
}

function journey(works: Works, packet: Packet, node: PacketNode): readonly Landing[] {
  const { rules } = works;
  return pass(rules, BEFORE_ROUTING[packet.from], start(packet), node).flatMap((landing) => {
    if (!goesOn(landing)) return [landing];
    const here = isLocal(node, landing.flight.destination);
    const points = AFTER_ROUTING[packet.from][here ? 'here' : 'onwards'];
    const onwards = (flight: Flight) => {
      // Behind the filter for what arrives, before it for what the node itself sends (ip_vs_core.c, ip_vs_ops4).
      if (packet.from === 'node') return balanced(works, flight, node, () => pass(rules, points, flight, node));
      const landings = pass(rules, points, flight, node);
      if (!here) return landings;
      return landings.flatMap((arrived) => (goesOn(arrived) ? balanced(works, arrived.flight, node, () => [arrived]) : [arrived]));
    };
    return here ? onwards({ ...landing.flight, outLink: 'lo' }) : routed(landing.flight, node, onwards);
  });
}

/** Of a node's configuration what packets meet; what is not there has no part in it. */
export type FollowedConfig = Pick<NodeConfig, 'nft' | 'iptables'> & Partial<Pick<NodeConfig, 'ipvs' | 'ipsets' | 'addresses' | 'routes'>>;

/** A node with the addresses that its configuration gives it for services. */
function withOwn({ addresses = [], routes = [] }: FollowedConfig, node: PacketNode): PacketNode {
  const borne = addresses.filter(({ device }) => device === IPVS_LINK_NAME).map(({ cidr }) => cidr);
  const local = routes.filter(({ type }) => type === 'local').map(({ destination }) => destination);
  return { ...node, ranges: [...(node.ranges ?? []), ...borne, ...local] };
}

/**
 * Reads what a node has once, for asking what it does to the first packet of a connection, without a kernel: one landing for each outcome of chance. It knows only
 * the shapes of rules that our backends emit and throws Error at any other, so that a new shape is not believed unread. Answers and later packets follow connection
 * tracking and are not traced.
 */
export function follower(config: FollowedConfig, node: PacketNode): (packet: Packet) => readonly Landing[] {
  const { nft, iptables, ipvs = [], ipsets = [] } = config;
  const objects = new KnownObjects(config);
  const rulesets = [nft && nftRules(nft, objects), iptables && iptablesRules(iptables, ipsets, objects)].filter((rules) => rules !== null);
  const [rules, more] = rulesets;
  if (rules === undefined || more !== undefined) throw new Error('a node has the rules of exactly one backend');
  const works = { rules, balance: ipvsServices(ipvs, objects) };
  const own = withOwn(config, node);
  return (packet) => journey(works, packet, own);
}
