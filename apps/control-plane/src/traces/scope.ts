import { contains, type DesiredNode, type DesiredState, firstOf, nth } from '@weft/model';
import type { Target } from '../reachability/question.ts';

/** The packets that a node is to have traced. */
export interface Flow {
  /** None: whoever sends. */
  readonly sources: string[];
  /** Null: any. */
  readonly sourcePort: number | null;
  readonly destinations: Target[];
}

/** A node that the packet may cross, with the packets that are to be traced there. */
export interface WatchedNode {
  readonly node: DesiredNode;
  readonly flows: Flow[];
}

/** The packet that is followed, as far as it is known before it is seen. */
export interface Followed {
  /** Null: whoever sends. */
  readonly source: string | null;
  readonly sourcePort: number | null;
  readonly destination: Target;
}

/** As many places may a packet be led to that is followed, and as many nodes have it traced; services have more endpoints rarely. */
const TARGETS_MAX = 256;
const NODES_MAX = 32;

const hostOf = ({ address }: DesiredNode) => address?.split('/')[0] ?? null;

/** Addresses that a node gives packets which it masquerades: its own, and the first two of each of its blocks, which its feet in the tunnel and on its bridge have. */
function addressesOf(node: DesiredNode): string[] {
  const feet = node.podBlocks.flatMap((block) => [firstOf(block), nth(block, 1)]);
  const host = hostOf(node);
  return host === null ? feet : [host, ...feet];
}

const isNodes = (nodes: readonly DesiredNode[], ip: string) => nodes.some((node) => hostOf(node) === ip);

/** Where a packet may be led to, itself first: to endpoints of the services that answer there. */
export function targets({ nodes, services }: Pick<DesiredState, 'nodes' | 'services'>, first: Target): Target[] {
  const found = new Map([[`${first.ip}:${first.port}`, first]]);
  for (const { clusterIP, externalIPs, loadBalancerIPs, ports } of services) {
    const addresses = [clusterIP, ...externalIPs, ...loadBalancerIPs];
    for (const { port, nodePort, endpoints } of ports) {
      const asked = (addresses.includes(first.ip) && port === first.port) || (isNodes(nodes, first.ip) && nodePort === first.port);
      if (asked) for (const endpoint of endpoints) found.set(`${endpoint.ip}:${endpoint.port}`, endpoint);
    }
  }
  return [...found.values()].slice(0, TARGETS_MAX).map(({ ip, port }) => ({ ip, port }));
}

/** The nodes that a packet may cross, the first one first, and the packets that each has to trace: those that come from where it may come from, translated or not. */
export function watched(state: Pick<DesiredState, 'nodes' | 'services'>, first: DesiredNode, followed: Followed): WatchedNode[] {
  const destinations = targets(state, followed.destination);
  const has = (node: DesiredNode) =>
    destinations.some(({ ip }) => hostOf(node) === ip || node.podBlocks.some((block) => contains(block, ip)));
  const others = state.nodes.filter((node) => node.id !== first.id && has(node)).slice(0, NODES_MAX - 1);
  const crossed = [first, ...others];
  const { source, sourcePort, destination } = followed;
  const itself: Flow = { sources: source === null ? [] : [source], sourcePort, destinations: [destination] };
  const translated: Flow = { sources: crossed.flatMap(addressesOf), sourcePort: null, destinations };
  const kept: Flow = { ...itself, destinations };
  return crossed.map((node) => ({ node, flows: node.id === first.id ? [itself] : source === null ? [translated] : [kept, translated] }));
}
