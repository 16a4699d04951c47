import { type Ipset, type IpsetType, iptablesRuleset, ipvsTotal, type NodeConfig } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { orderedServices } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { outermost } from '../cidrs.ts';
import { frameOf } from '../iptables/fragment.ts';
import { invalid } from '../iptables/invalid.ts';
import { segmentSize } from '../iptables/segment-size.ts';
import { ipvsContribution } from './contribution.ts';
import { dummy, serviceRanges } from './dummy.ts';
import { masquerade } from './masquerade.ts';
import { SET } from './names.ts';
import { refusal } from './refusal.ts';
import { settings } from './settings.ts';
import { ipvsSurroundings } from './surroundings.ts';
import { ways } from './ways.ts';

/** Those sets whose elements are not an address and a port. */
const TYPES: Readonly<Partial<Record<string, IpsetType>>> = {
  [SET.serviceIPs]: 'hash:ip',
  [SET.sources]: 'hash:ip,port,net',
  [SET.hairpin]: 'hash:ip,port,ip',
};

/** The sets, empty. */
const SETS: readonly Ipset[] = Object.values(SET)
  .sort()
  .map((name) => ({ name, type: TYPES[name] ?? 'hash:ip,port', skbinfo: name === SET.shortCut, elements: [] }));

/** What rules there are whatever services there are: empty sets, and a constant number of rules that ask them. */
export type IpvsFrame = Pick<NodeConfig, 'ipsets' | 'iptables'>;

/** The frame; the same on every node. */
export function ipvsFrame({ cluster }: Pick<DesiredState, 'cluster'>): IpvsFrame {
  const podCidrs = outermost(cluster.podCidrs);
  const serviceCidrs = outermost(cluster.serviceCidrs);
  const features = [
    masquerade(cluster, podCidrs, serviceCidrs),
    ways(podCidrs),
    segmentSize(podCidrs),
    invalid(podCidrs, serviceCidrs),
    refusal(serviceCidrs),
  ];
  return {
    ipsets: SETS,
    iptables: iptablesRuleset(frameOf(features), []),
  };
}

/**
 * Services as virtual services of the kernel's own load balancer, with its schedulers. What IPVS cannot say is said by a constant number of iptables rules that
 * ask sets.
 */
export const ipvs: ServiceBackend = {
  network: ({ desired: { cluster }, node }) => ({
    sysctls: settings(node),
    links: [dummy(node)],
    routes: serviceRanges(cluster.serviceCidrs),
  }),
  compile({ desired, node }) {
    const frame = ipvsFrame(desired);
    const surroundings = ipvsSurroundings(desired, node);
    const contributions = orderedServices(desired).map((service) => ipvsContribution(service, surroundings));
    const { services, addresses, sets } = ipvsTotal(frame.ipsets, contributions);
    return { ...frame, ipvs: services, ipsets: sets, addresses };
  },
};
