import { contains, type DesiredNode, type DesiredState } from '@weft/model';
import { type Place, placeOf } from '../../services/place.ts';
import { outermost } from '../cidrs.ts';

/** What the rules of a service depend on besides the service. */
export interface IptablesSurroundings {
  readonly place: Place;
  readonly podCidrs: readonly string[];
  /** The node's own address without prefix length; null until it is known. */
  readonly nodeAddress: string | null;
}

/** The surroundings of services on a node. */
export function iptablesSurroundings(desired: Pick<DesiredState, 'nodes' | 'cluster'>, node: DesiredNode): IptablesSurroundings {
  return {
    place: placeOf(desired, node),
    podCidrs: outermost(desired.cluster.podCidrs),
    nodeAddress: node.address?.split('/')[0] ?? null,
  };
}

/** True when one of the ranges holds the node's own address. */
export function holdNode(ranges: readonly string[], { nodeAddress }: IptablesSurroundings): boolean {
  return nodeAddress !== null && ranges.some((range) => contains(range, nodeAddress));
}
