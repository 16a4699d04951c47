import { type NftContribution, type NftTable, nftTable } from '@weft/kernel';
import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { type Place, placeOf } from '../../services/place.ts';
import { orderedServices, portsOf } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { affinity, remembered } from './affinity.ts';
import { dispatch } from './dispatch.ts';
import { egress } from './egress.ts';
import { assemble } from './fragment.ts';
import { reached } from './frontends.ts';
import { invalid } from './invalid.ts';
import { masquerade } from './masquerade.ts';
import { nodePortAddresses } from './node-port-addresses.ts';
import { picked } from './pick.ts';
import { ranges } from './ranges.ts';
import { refusal, refused } from './refusal.ts';
import { segmentSize } from './segment-size.ts';
import { restricted, sourceRanges } from './source-ranges.ts';
import { together } from './together.ts';
import { counted, traffic } from './traffic.ts';

/**
 * What a node's table holds whatever services there are: base chains, ranges, constant rules, and empty sets and maps for services' elements. Its features stand
 * in the order in which a packet meets them.
 */
export function nftFrame({ cluster, pods }: Pick<DesiredState, 'cluster' | 'pods'>, node: DesiredNode): NftTable {
  return assemble([
    ranges(cluster),
    nodePortAddresses(node),
    sourceRanges(),
    masquerade(cluster, pods),
    dispatch(node),
    traffic(),
    affinity(),
    egress(cluster),
    segmentSize(),
    invalid(cluster, node),
    refusal(node),
  ]);
}

/** What of a fleet and a node a service's contribution depends on besides the service. No pod and no other service is in it, so it seldom changes. */
export interface NftSurroundings {
  readonly place: Place;
  /** The node's own address, without prefix length; null while it is not known. */
  readonly address: string | null;
}

/** The surroundings of every service on a node. */
export function nftSurroundings(desired: Pick<DesiredState, 'nodes'>, node: DesiredNode): NftSurroundings {
  return { place: placeOf(desired, node), address: node.address?.split('/')[0] ?? null };
}

/** What one service adds to the frame. Depends on nothing but its arguments. */
export function nftContribution(service: DesiredService, { place, address }: NftSurroundings): NftContribution {
  const ports = portsOf(service, place).map(reached);
  const elements = [...refused(service, ports), ...ports.flatMap((port) => [...restricted(port, address), ...counted(port)])];
  return together([
    { elements, chains: [] },
    ...ports.flatMap((port) => port.frontends.map((frontend) => picked(frontend, port))),
    ...remembered(ports),
  ]);
}

/** Services as one nftables table with a constant number of rules: the frame and what each service adds to it. */
export const nftables: ServiceBackend = {
  compile({ desired, node }) {
    const surroundings = nftSurroundings(desired, node);
    const contributions = orderedServices(desired).map((service) => nftContribution(service, surroundings));
    return { nft: nftTable(nftFrame(desired, node), contributions) };
  },
};
