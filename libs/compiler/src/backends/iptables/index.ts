import { orderedServices, ownEndpoints, servicePorts } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { outermost } from '../cidrs.ts';
import { dispatch } from './dispatch.ts';
import { assemble } from './fragment.ts';
import { masquerade } from './masquerade.ts';
import { refusal } from './refusal.ts';
import { segmentSize } from './segment-size.ts';

/** Services as iptables chains after kube-proxy's, for hosts without nftables and people who know those. Works with either variant of the tool. */
export const iptables: ServiceBackend = {
  compile({ desired, node }) {
    const podCidrs = outermost(desired.cluster.podCidrs);
    const serviceCidrs = outermost(desired.cluster.serviceCidrs);
    const ports = servicePorts(desired, node);
    return {
      iptables: assemble([
        dispatch(ports, serviceCidrs, ownEndpoints(desired)),
        masquerade(desired.cluster.masqueradeMark, podCidrs, serviceCidrs),
        segmentSize(podCidrs),
        refusal(orderedServices(desired), ports, serviceCidrs),
      ]),
    };
  },
};
