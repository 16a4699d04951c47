import type { NodeConfig } from '@weft/kernel';
import { iptablesRules } from './iptables-rules.ts';
import { nftRules } from './nft-rules.ts';
import { type Flight, type HookPoint, isLocal, type Landing, type Packet, type Rules, type Trace, type TracedNode } from './packet.ts';

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

function pass(
  rules: Rules,
  points: readonly (readonly [HookPoint['type'], HookPoint['hook']])[],
  flight: Flight,
  node: TracedNode,
): readonly Landing[] {
  return points.reduce<readonly Landing[]>(
    (landings, [type, hook]) =>
      landings.flatMap((landing) =>
        landing.end === 'continue' || landing.end === 'accept' ? rules({ type, hook }, landing.flight, node) : [landing],
      ),
    [{ flight, end: 'continue' }],
  );
}

function journey(rules: Rules, packet: Packet, node: TracedNode): readonly Landing[] {
  const { destination, port } = packet;
  const start: Flight = {
    ...packet,
    original: { destination, port },
    mark: 0,
    translated: false,
    masquerade: false,
    outLink: '',
    share: 1,
  };
  return pass(rules, BEFORE_ROUTING[packet.from], start, node).flatMap((landing) => {
    const { flight, end } = landing;
    if (end !== 'continue' && end !== 'accept') return [landing];
    const way = isLocal(node, flight.destination) ? 'here' : 'onwards';
    const outLink = way === 'here' ? 'lo' : node.linkTo(flight.destination);
    return pass(rules, AFTER_ROUTING[packet.from][way], { ...flight, outLink }, node);
  });
}

const byAddress = (a: { ip: string; port: number }, b: { ip: string; port: number }) =>
  `${a.ip}:${a.port}` < `${b.ip}:${b.port}` ? -1 : 1;

function summary(landings: readonly Landing[]): Trace {
  const [first] = landings;
  if (first === undefined) throw new Error('the packet went nowhere');
  const { end, flight } = first;
  const kind = (landing: Landing) => `${landing.end === 'accept' ? 'continue' : landing.end} ${landing.flight.translated}`;
  if (landings.some((landing) => kind(landing) !== kind(first))) throw new Error('what becomes of the packet depends on chance');
  if (end === 'drop') return { verdict: 'drop' };
  if (end === 'tcp-reset' || end === 'icmp-port-unreachable') return { verdict: 'reject', with: end };
  if (!flight.translated) return { verdict: 'accept', masquerade: flight.masquerade };
  const candidates = landings.map(({ flight: { destination, port, share, masquerade } }) => ({
    ip: destination,
    port,
    share: Number(share.toFixed(6)),
    masquerade,
  }));
  return { verdict: 'dnat', candidates: candidates.sort(byAddress) };
}

/**
 * Reads a node's rules once, for asking what they do to the first packet of a connection, without a kernel. It knows only the shapes of rules that our backends
 * emit and throws Error at any other, so that a new shape is not believed unread. Answers and later packets follow connection tracking and are not traced.
 */
export function tracer(config: Pick<NodeConfig, 'nft' | 'iptables'>, node: TracedNode): (packet: Packet) => Trace {
  const rulesets = [config.nft && nftRules(config.nft), config.iptables && iptablesRules(config.iptables)].filter(
    (rules) => rules !== null,
  );
  const [rules, more] = rulesets;
  if (rules === undefined || more !== undefined) throw new Error('a node has the rules of exactly one backend');
  return (packet) => summary(journey(rules, packet, node));
}

/** What a node's rules do to one packet; see tracer. */
export function trace(config: Pick<NodeConfig, 'nft' | 'iptables'>, packet: Packet, node: TracedNode): Trace {
  return tracer(config, node)(packet);
}
