import type { DesiredNode, DesiredState } from '@weft/model';
import { type Place, placeOf } from '../../services/place.ts';
import { addressesOf, nodePortAddressesOf } from './node-addresses.ts';

/** What a service comes to on a node depends on, besides the service. */
export interface IpvsSurroundings {
  readonly place: Place;
  /** Addresses that the node has anyway. */
  readonly nodeAddresses: readonly string[];
  /** Those at which node ports answer. */
  readonly nodePortAddresses: readonly string[];
  /** Where this node's pods have their addresses. */
  readonly podBlocks: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly masqueradeMark: number;
}

/** The surroundings of services on a node. */
export function ipvsSurroundings(desired: Pick<DesiredState, 'nodes' | 'cluster'>, node: DesiredNode): IpvsSurroundings {
  return {
    place: placeOf(desired, node),
    nodeAddresses: addressesOf(node),
    nodePortAddresses: nodePortAddressesOf(node),
    podBlocks: node.podBlocks,
    serviceCidrs: desired.cluster.serviceCidrs,
    masqueradeMark: desired.cluster.masqueradeMark,
  };
}
