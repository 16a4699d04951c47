import { addressOrder, type ClusterNetwork, type DesiredNode, type Overlay, rangeOf } from '@weft/model';
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

/** A node's address among all, and those of its subnet from first to last. */
interface Place {
  readonly at: bigint;
  readonly first: bigint;
  readonly last: bigint;
}

/** Worked out once for each node: the states of a fleet share those that did not change, and whoever joins one of a thousand is news to all of them. */
const places = new WeakMap<DesiredNode, Place>();

function placeOf(node: DesiredNode, address: string): Place {
  const known = places.get(node);
  if (known !== undefined) return known;
  const place = { at: addressOrder(hostOf(address)), ...rangeOf(address) };
  places.set(node, place);
  return place;
}

const sees = ({ first, last }: Place, { at }: Place) => first <= at && at <= last;

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
  const here = placeOf(node, own);
  return desired.nodes.flatMap((other): Peer[] => {
    if (other.id === node.id || other.address === null) return [];
    const there = placeOf(other, other.address);
    // Each sees the other on its own subnet, so that either can be the other's next hop.
    return [{ node: other, address: hostOf(other.address), way: wayTo(sees(here, there) && sees(there, here)) }];
  });
}
