import { iptablesRuleset } from '@weft/kernel';
import { ownEndpoints, servicePorts } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { outermost } from '../cidrs.ts';
import { frameOf } from '../iptables/fragment.ts';
import { segmentSize } from '../iptables/segment-size.ts';
import { dummy } from './dummy.ts';
import { frontendsOn } from './frontends.ts';
import { masquerade } from './masquerade.ts';
import { refusal } from './refusal.ts';
import { sets } from './sets.ts';
import { settings } from './settings.ts';
import { shortCutsOf } from './short-cuts.ts';
import { virtualServices } from './virtual-services.ts';
import { ways } from './ways.ts';

/**
 * Services as virtual services of the kernel's own load balancer, with its schedulers. What IPVS cannot say is said by a constant number of iptables rules that
 * ask sets.
 */
export const ipvs: ServiceBackend = {
  compile({ desired, node }) {
    const { cluster } = desired;
    const podCidrs = outermost(cluster.podCidrs);
    const serviceCidrs = outermost(cluster.serviceCidrs);
    const ports = servicePorts(desired, node);
    const frontends = frontendsOn(node, ports);
    const shortCuts = shortCutsOf(ports, cluster.masqueradeMark);
    return {
      ...dummy(node, frontends),
      sysctls: settings(node),
      ipvs: virtualServices(frontends, shortCuts),
      ipsets: sets(node, frontends, ports, ownEndpoints(desired), shortCuts),
      iptables: iptablesRuleset(
        frameOf([masquerade(cluster, podCidrs, serviceCidrs, shortCuts), ways(podCidrs), segmentSize(podCidrs), refusal(serviceCidrs)]),
        [],
      ),
    };
  },
};
