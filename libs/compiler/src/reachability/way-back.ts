import type { Arrival, DesiredNode, PacketOrigin } from '@weft/model';
import { type Fleet, type Journey, journeys, type Leg, lastOf } from './journey.ts';
import { type Stop, stop } from './step.ts';

/** The way of an answer, and why it is lost if it is. */
export interface WayBack {
  readonly legs: readonly Leg[];
  readonly lost: Stop | null;
}

/** Somewhere that an answer has to come to: a node that has to undo what it did, or at last whoever asked. */
interface Station {
  readonly address: string;
  readonly node: DesiredNode;
  readonly origin: PacketOrigin;
}

/** The nodes that gave the packet a source of their own, last first, then its sender: the answer goes to each of them in turn. */
function stations(journey: Journey, origin: PacketOrigin): Station[] {
  const masked = journey.filter(({ crossing }) => crossing.masquerade !== null).reverse();
  const [first] = journey;
  return [
    ...masked.map(({ node, crossing }): Station => ({ address: crossing.packet.source, node, origin: { in: 'host' } })),
    { address: first.crossing.came, node: first.node, origin },
  ];
}

function arrives({ node, origin }: Station, leg: Leg): boolean {
  const { end } = leg.crossing;
  if (origin.in === 'network') return end.kind === 'network';
  if (leg.node.id !== node.id) return false;
  return origin.in === 'pod' ? end.kind === 'pod' && end.netns === origin.netns : end.kind === 'host';
}

/** What an answer that does not arrive comes to. */
function lostAt({ node, crossing: { end } }: Leg): Stop {
  if (end.kind === 'unknown') return stop('unknown', end.why);
  return stop('dropped', `the answer is lost on ${node.name}: ${'why' in end ? end.why : 'it comes to somebody else'}`);
}

/** A node that led the packet elsewhere and sees nothing of the answer, which then seems to be from somebody who was not asked. */
function passedBy(journey: Journey, legs: readonly Leg[]): DesiredNode | undefined {
  const visited = new Set(legs.map(({ node }) => node.id));
  return journey.find(({ node, crossing }) => crossing.translated && !visited.has(node.id))?.node;
}

/** Follows the answer to a packet that arrived, back to who sent it. `origin` is where the packet was sent from. Rejects when a node on the way cannot be asked. */
export async function wayBack(fleet: Fleet, journey: Journey, origin: PacketOrigin): Promise<WayBack> {
  const { node, crossing } = lastOf(journey);
  const { protocol, port, destination } = crossing.packet;
  const legs: Leg[] = [];
  let from: Pick<Station, 'node' | 'origin'> & { readonly address: string } = {
    node,
    address: destination,
    origin: crossing.end.kind === 'pod' ? { in: 'pod', netns: crossing.end.netns } : { in: 'host' },
  };
  for (const station of stations(journey, origin)) {
    const packet: Arrival['packet'] = { source: from.address, destination: station.address, protocol, port };
    const [way] = await journeys(fleet, from.node, { origin: from.origin, packet, answer: true });
    if (way === undefined) return { legs, lost: stop('dropped', 'the answer goes nowhere') };
    legs.push(...way);
    const last = lastOf(way);
    if (!arrives(station, last)) return { legs, lost: lostAt(last) };
    from = { node: station.node, address: from.address, origin: { in: 'host' } };
  }
  const passed = passedBy(journey, legs);
  const why = `the answer does not come by ${passed?.name}, which would have to translate it back`;
  return { legs, lost: passed === undefined ? null : stop('dropped', why) };
}
