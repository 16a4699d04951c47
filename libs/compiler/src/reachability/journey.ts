import { type Arrival, type Crossing, type CrossingEnd, contains, type DesiredNode, type PacketOrigin } from '@weft/model';
import { hostOf } from '../network/peers.ts';
import { step, stop } from './step.ts';

/** A fleet that can be asked what its nodes do to packets. */
export interface Fleet {
  readonly nodes: readonly DesiredNode[];
  /** What a node does to a packet that meets it. Rejects when the node cannot be asked. */
  cross(node: DesiredNode, arrival: Arrival): Promise<readonly Crossing[]>;
}

/** What one node did to a packet. */
export interface Leg {
  readonly node: DesiredNode;
  readonly crossing: Crossing;
}

/** A packet's way through nodes, to where it ends. Never empty. */
export type Journey = readonly [Leg, ...Leg[]];

/** Hosts that a packet may cross before it is held to go round in circles. */
const HOPS_MAX = 8;

/** The last thing that became of a packet. */
export const lastOf = (journey: Journey): Leg => journey[journey.length - 1] ?? journey[0];

const isAt = (address: string) => (node: DesiredNode) => node.address !== null && hostOf(node.address) === address;

/** Whom a packet that leaves a host comes to; none: it leaves the fleet. Beyond a host's own default route the network is trusted to know nodes, and whose pods are where. */
export function nextNode(nodes: readonly DesiredNode[], end: CrossingEnd, destination: string): DesiredNode | undefined {
  if (end.kind !== 'network') return undefined;
  const { next } = end;
  const hop = next === null ? undefined : nodes.find(isAt(next));
  if (hop !== undefined || end.tunnel) return hop;
  return nodes.find(isAt(destination)) ?? nodes.find(({ podBlocks }) => podBlocks.some((block) => contains(block, destination)));
}

const ended = (leg: Leg, end: CrossingEnd, text: string): Leg => ({
  ...leg,
  crossing: { ...leg.crossing, steps: [...leg.crossing.steps, step('stop', text)], end },
});

/** Follows a packet from node to node: one journey for each outcome of chance. Rejects when a node on the way cannot be asked. */
export async function journeys(fleet: Fleet, node: DesiredNode, arrival: Arrival, hops = 0): Promise<Journey[]> {
  const crossings = await fleet.cross(node, arrival);
  const onwards = await Promise.all(
    crossings.map(async (crossing): Promise<Journey[]> => {
      const leg = { node, crossing };
      const { end, packet, share } = crossing;
      if (end.kind !== 'network') return [[leg]];
      const next = nextNode(fleet.nodes, end, packet.destination);
      if (next === undefined && end.tunnel)
        return [[ended(leg, stop('dropped', `no node is at ${end.next}`), `no node is at ${end.next}`)]];
      if (next === undefined) return [[leg]];
      if (hops === HOPS_MAX) return [[ended(leg, stop('dropped', 'it goes round in circles'), 'it goes round in circles')]];
      const origin: PacketOrigin = { in: 'network', tunnel: end.tunnel };
      const rest = await journeys(fleet, next, { origin, packet, answer: arrival.answer }, hops + 1);
      return rest.map(
        (journey): Journey => [
          leg,
          ...journey.map((one) => ({ ...one, crossing: { ...one.crossing, share: one.crossing.share * share } })),
        ],
      );
    }),
  );
  return onwards.flat();
}
