import type { NodeConfig } from '@weft/kernel';
import type { Arrival, Crossing, CrossingEnd, DesiredNode, KernelObject } from '@weft/model';
import type { Landing } from '../packets/index.ts';
import { beside } from './beside.ts';
import { type Entry, enter } from './enter.ts';
import { type Departure, leave } from './leave.ts';
import { type NodeView, nodeView } from './node-view.ts';
import { Others } from './others.ts';
import { noRouteTo, ruleStep, step, stop } from './step.ts';

/** How rules end a packet, by what the last of them says. */
const ENDED: Readonly<Partial<Record<Landing['end'], (rule: string, to: string) => CrossingEnd>>> = {
  drop: (rule) => stop('dropped', `dropped by "${rule}"`),
  'tcp-reset': (rule) => stop('refused', `refused with a TCP reset by "${rule}"`),
  'icmp-port-unreachable': (rule) => stop('refused', `refused with an ICMP error by "${rule}"`),
  unroutable: (_, to) => noRouteTo(to),
};

/** A packet as rules leave it, with the rest of its way. */
function landed(view: NodeView, { packet }: Arrival, entry: Entry, { flight, end: landing }: Landing): Crossing {
  const { source, translated, share } = flight;
  // Rules draw lots in the place of the destination.
  const { destination, port } = translated ? flight : packet;
  const last = flight.matched.at(-1)?.rule;
  const led = { ...packet, source, destination, port };
  const translate = translated ? [step('translate', `${packet.destination}:${packet.port} becomes ${destination}:${port}`)] : [];
  const masquerade: KernelObject | null = flight.masquerade
    ? (flight.matched.findLast(({ hook }) => hook === 'postrouting')?.rule ?? null)
    : null;
  const ended = ENDED[landing]?.(last?.text ?? '', destination);
  const out: Departure = ended === undefined ? leave(view, led, masquerade) : { steps: [], source, end: ended };
  return {
    share,
    steps: [...entry.steps, ...flight.matched.map(ruleStep), ...translate, ...out.steps],
    packet: { ...led, source: out.source },
    came: source,
    translated,
    masquerade: ended === undefined ? masquerade : null,
    end: out.end,
    doubts: [],
  };
}

/** A packet that no rule for new connections is asked about. */
function unchanged({ packet }: Arrival, { steps, source }: Entry, out: Omit<Departure, 'source'>): Crossing {
  const as = { share: 1, translated: false, masquerade: null, doubts: [] };
  return { ...as, came: source, packet: { ...packet, source }, steps: [...steps, ...out.steps], end: out.end };
}

/** Outcomes that differ by nothing but the lot that was drawn, as one. */
function together(outcomes: readonly Crossing[]): Crossing[] {
  const groups = Map.groupBy(outcomes, ({ packet, end, masquerade }) => JSON.stringify([packet, end, masquerade]));
  return Array.from(groups.values(), (alike) => ({
    ...(alike[0] as Crossing),
    share: alike.reduce((sum, { share }) => sum + share, 0),
  }));
}

/** What becomes of a packet by what is ours. */
function crossed(view: NodeView, arrival: Arrival): readonly Crossing[] {
  const entry = enter(view, arrival);
  if (entry.end !== null) return [unchanged(arrival, entry, { steps: [], end: entry.end })];
  const packet = { ...arrival.packet, source: entry.source };
  if (arrival.answer) return [unchanged(arrival, entry, leave(view, packet, null))];
  try {
    const landings = view.follow({ ...packet, from: arrival.origin.in === 'host' ? 'node' : 'link' });
    return together(landings.map((landing) => landed(view, arrival, entry, landing)));
  } catch (error) {
    return [unchanged(arrival, entry, { steps: [], end: stop('unknown', error instanceof Error ? error.message : String(error)) })];
  }
}

/**
 * What a node does to packets that meet it, from its configuration: links and routes of its pods, rules, routes of the host and what they lead to; and from what `others`
 * have beside it, where that is known. An answer is not asked for by rules for new connections: connection tracking undoes what was done to the packet that it answers. The
 * end is `unknown` where there is a rule in our chains that we would not write.
 */
export function crossings(
  node: DesiredNode,
  config: NodeConfig,
  others: readonly KernelObject[] = [],
): (arrival: Arrival) => readonly Crossing[] {
  const view = nodeView(node, config);
  const rules = new Others(others);
  return (arrival) => crossed(view, arrival).map((crossing) => beside(rules, arrival, crossing));
}
