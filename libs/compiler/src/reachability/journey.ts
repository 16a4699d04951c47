import {
  type Arrival,
  type ClusterNetwork,
  type Crossing,
  type CrossingEnd,
  contains,
  type DesiredNode,
  type PacketOrigin,
} from '@weft/model';
import { hostOf, overlayOf } from '../network/peers.ts';
import { type Stop, step, stop } from './step.ts';

/** A fleet that can be asked what its nodes do to packets. */
export interface Fleet {
  readonly nodes: readonly DesiredNode[];
  readonly cluster: Pick<ClusterNetwork, 'overlay' | 'podCidrs'>;
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

/** Most ways that are followed where chance leads packets on different ones: a service may have more endpoints. */
const WAYS_MAX = 32;

/** The last thing that became of a packet. */
export const lastOf = (journey: Journey): Leg => journey[journey.length - 1] ?? journey[0];

const isAt = (address: string) => (node: DesiredNode) => node.address !== null && hostOf(node.address) === address;

type Leaving = Extract<CrossingEnd, { readonly kind: 'network' }>;

/**
 * Whom a packet that leaves a host comes to. Behind a host's own default route the network is trusted to know nodes, and in overlay mode `direct`, in which it has to, whose
 * pods are where. Undefined: it leaves the fleet.
 */
function nextNode(
  { nodes, cluster }: Fleet,
  sender: DesiredNode,
  { next, tunnel }: Leaving,
  destination: string,
): DesiredNode | Stop | undefined {
  const hop = next === null ? undefined : nodes.find(isAt(next));
  if (hop !== undefined) return hop;
  if (tunnel) return stop('dropped', `no node is at ${next}`);
  const own = nodes.find(isAt(destination));
  if (own !== undefined || !cluster.podCidrs.some((range) => contains(range, destination))) return own;
  const holder = nodes.find(({ podBlocks }) => podBlocks.some((block) => contains(block, destination)));
  if (holder === undefined) return stop('unroutable', `no node has pods at ${destination}`);
  return overlayOf(sender, cluster) === 'direct' ? holder : stop('unroutable', `the host has no route to the pods of ${holder.name}`);
}

/** A leg that does not lead on. */
function ended({ node, crossing }: Leg, end: Stop): Leg {
  return { node, crossing: { ...crossing, steps: [...crossing.steps, step('stop', end.why)], end } };
}

/** A leg of which only that part of the packets that came so far is left. */
function part({ node, crossing }: Leg, share: number): Leg {
  return { node, crossing: { ...crossing, share: crossing.share * share } };
}

/** Follows a packet from node to node: one journey for each outcome of chance, of which 32 are followed. Rejects when a node on the way cannot be asked. */
export async function journeys(fleet: Fleet, node: DesiredNode, arrival: Arrival, hops = 0): Promise<Journey[]> {
  const crossings = await fleet.cross(node, arrival);
  const onwards = await Promise.all(
    crossings.slice(0, WAYS_MAX).map(async (crossing): Promise<Journey[]> => {
      const leg = { node, crossing };
      const { end, packet, share } = crossing;
      const next = end.kind === 'network' ? nextNode(fleet, node, end, packet.destination) : undefined;
      if (end.kind !== 'network' || next === undefined) return [[leg]];
      if ('why' in next) return [[ended(leg, next)]];
      if (hops === HOPS_MAX) return [[ended(leg, stop('dropped', 'it goes round in circles'))]];
      const origin: PacketOrigin = { in: 'network', tunnel: end.tunnel };
      const rest = await journeys(fleet, next, { origin, packet, answer: arrival.answer }, hops + 1);
      return rest.map((journey): Journey => [leg, ...journey.map((one) => part(one, share))]);
    }),
  );
  return onwards.flat();
}
