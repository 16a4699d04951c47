import { iptablesContributed, ipvsContributed, nftContributed } from '@weft/kernel';
import type { Backend, DesiredNode, DesiredService, DesiredState, KernelObject } from '@weft/model';
import { iptablesContribution } from '../backends/iptables/index.ts';
import { iptablesSurroundings } from '../backends/iptables/surroundings.ts';
import { ipvsContribution } from '../backends/ipvs/contribution.ts';
import { ipvsSurroundings } from '../backends/ipvs/surroundings.ts';
import { nftContribution, nftSurroundings } from '../backends/nftables/index.ts';

/** What a service comes to on a node. */
export type ServiceObjects = (service: DesiredService) => KernelObject[];

const OBJECTS: Readonly<Record<Backend, (fleet: Pick<DesiredState, 'nodes' | 'cluster'>, node: DesiredNode) => ServiceObjects>> = {
  nftables(fleet, node) {
    const surroundings = nftSurroundings(fleet, node);
    return (service) => nftContributed(nftContribution(service, surroundings));
  },
  iptables(fleet, node) {
    const surroundings = iptablesSurroundings(fleet, node);
    return (service) => iptablesContributed(iptablesContribution(service, surroundings));
  },
  ipvs(fleet, node) {
    const surroundings = ipvsSurroundings(fleet, node);
    return (service) => ipvsContributed(ipvsContribution(service, surroundings));
  },
};

/**
 * Says of single services what they come to on a node, what they share with others included, at a cost that does not depend on the others. Rules of chains that services
 * share are not in the order of the chain.
 */
export function serviceObjects(fleet: Pick<DesiredState, 'nodes' | 'cluster'>, node: DesiredNode): ServiceObjects {
  return OBJECTS[node.backend](fleet, node);
}
