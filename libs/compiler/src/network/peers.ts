import { type ClusterNetwork, contains, type DesiredNode, networkOf, type Overlay } from '@weft/model';
import type { NodeView } from '../fragment.ts';

/** How packets reach another node's pods. `network`: the network between the nodes carries them, nothing is programmed. */
export type Way = 'direct' | 'vxlan' | 'network';

/** Another node of the fleet whose address is known. */
export interface Peer {
  readonly node: DesiredNode;
  /** Its address, without prefix length. */
  readonly address: string;
  readonly way: Way;
}

/** The host part of an address such as `192.0.2.5/24`. */
export function hostOf(interfaceAddress: string): string {
  return interfaceAddress.split('/')[0] ?? interfaceAddress;
}

/** True when each of two nodes sees the other on its own subnet, so that either can be the other's next hop. */
function neighbours(a: string, b: string): boolean {
  return contains(networkOf(a), hostOf(b)) && contains(networkOf(b), hostOf(a));
}

/** How a node sends to others: as it was told itself, else as all are. */
export function overlayOf({ overlay }: Pick<DesiredNode, 'overlay'>, cluster: Pick<ClusterNetwork, 'overlay'>): Overlay {
  return overlay ?? cluster.overlay;
}

const WAY: Record<Overlay, (adjacent: boolean) => Way> = {
  vxlan: () => 'vxlan',
  direct: (adjacent: boolean) => (adjacent ? 'direct' : 'network'),
  auto: (adjacent: boolean) => (adjacent ? 'direct' : 'vxlan'),
};

/** The other nodes and the way to each; none while this node's own address is not known. */
export function peersOf({ desired, node }: NodeView): Peer[] {
  const own = node.address;
  if (own === null) return [];
  const wayTo = WAY[overlayOf(node, desired.cluster)];
  return desired.nodes.flatMap((other): Peer[] => {
    if (other.id === node.id || other.address === null) return [];
    return [{ node: other, address: hostOf(other.address), way: wayTo(neighbours(own, other.address)) }];
  });
}
