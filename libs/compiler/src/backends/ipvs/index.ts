import { type Ipset, type IpsetType, iptablesRuleset, ipvsTotal } from '@weft/kernel';
import type { DesiredNode, DesiredState } from '@weft/model';
import { orderedServices } from '../../services/service-ports.ts';
import type { BackendConfig, ServiceBackend } from '../backend.ts';
import { outermost } from '../cidrs.ts';
import { frameOf } from '../iptables/fragment.ts';
import { segmentSize } from '../iptables/segment-size.ts';
import { ipvsContribution } from './contribution.ts';
import { borne, dummy } from './dummy.ts';
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

/** What is there whatever services there are: settings, the link for addresses, empty sets, and a constant number of rules that ask them. */
function ipvsFrame({ cluster }: Pick<DesiredState, 'cluster'>, node: DesiredNode) {
  const podCidrs = outermost(cluster.podCidrs);
  const serviceCidrs = outermost(cluster.serviceCidrs);
  const features = [masquerade(cluster, podCidrs, serviceCidrs), ways(podCidrs), segmentSize(podCidrs), refusal(serviceCidrs)];
  return {
    sysctls: settings(node),
    links: [dummy(node)],
    ipsets: SETS,
    iptables: iptablesRuleset(frameOf(features), []),
  } satisfies BackendConfig;
}

/**
 * Services as virtual services of the kernel's own load balancer, with its schedulers. What IPVS cannot say is said by a constant number of iptables rules that
 * ask sets.
 */
export const ipvs: ServiceBackend = {
  compile({ desired, node }) {
    const frame = ipvsFrame(desired, node);
    const surroundings = ipvsSurroundings(desired, node);
    const contributions = orderedServices(desired).map((service) => ipvsContribution(service, surroundings));
    const { services, addresses, sets } = ipvsTotal(frame.ipsets, contributions);
    return { ...frame, ipvs: services, ipsets: sets, addresses: addresses.map(borne) };
  },
};
