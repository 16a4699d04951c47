import type { NftTable } from '@weft/kernel';
import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { type Place, placeOf } from '../../services/place.ts';
import { orderedServices, portsOf } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { type NftContribution, nftTable, together } from './contribution.ts';
import { dispatch, ways } from './dispatch.ts';
import { egress } from './egress.ts';
import { assemble } from './fragment.ts';
import { masquerade } from './masquerade.ts';
import { ranges } from './ranges.ts';
import { refusal, refused } from './refusal.ts';
import { segmentSize } from './segment-size.ts';

/**
 * What a node's table holds whatever services there are: base chains, ranges, constant rules, and empty sets and maps for services' elements. Its features stand
 * in the order in which a packet meets them.
 */
export function nftFrame({ cluster, pods }: Pick<DesiredState, 'cluster' | 'pods'>, _node: DesiredNode): NftTable {
  return assemble([ranges(cluster), masquerade(cluster.masqueradeMark, pods), dispatch(), egress(), segmentSize(), refusal()]);
}

/** What of a fleet and a node a service's contribution depends on besides the service. Rarely another: no pod and no other service is in it. */
export interface NftSurroundings {
  readonly place: Place;
}

/** The surroundings of every service on a node. */
export function nftSurroundings(desired: Pick<DesiredState, 'nodes'>, node: DesiredNode): NftSurroundings {
  return { place: placeOf(desired, node) };
}

/** What one service adds to the frame. Depends on nothing but its arguments. */
export function nftContribution(service: DesiredService, { place }: NftSurroundings): NftContribution {
  const ports = portsOf(service, place);
  return together([refused(service, ports), ...ports.flatMap(ways)]);
}

/** Services as one nftables table with a constant number of rules: the frame and what each service adds to it. */
export const nftables: ServiceBackend = {
  compile({ desired, node }) {
    const surroundings = nftSurroundings(desired, node);
    const contributions = orderedServices(desired).map((service) => nftContribution(service, surroundings));
    return { nft: nftTable(nftFrame(desired, node), contributions) };
  },
};
