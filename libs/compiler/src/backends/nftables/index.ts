import { orderedServices, ownEndpoints, servicePorts } from '../../services/service-ports.ts';
import type { ServiceBackend } from '../backend.ts';
import { clusterIPs, nodePorts } from './dispatch.ts';
import { egress } from './egress.ts';
import { assemble } from './fragment.ts';
import { masquerade, setMark } from './masquerade.ts';
import { ranges } from './ranges.ts';
import { refusal } from './refusal.ts';
import { segmentSize } from './segment-size.ts';

/** Services as one nftables table with a constant number of rules. The features stand in the order in which a packet meets them. */
export const nftables: ServiceBackend = {
  compile({ desired, node }) {
    const { cluster } = desired;
    const ports = servicePorts(desired, node);
    return {
      nft: assemble([
        ranges(cluster),
        masquerade(cluster.masqueradeMark, ownEndpoints(desired)),
        clusterIPs(ports),
        nodePorts(ports, setMark(cluster.masqueradeMark)),
        egress(),
        segmentSize(),
        refusal(orderedServices(desired), ports),
      ]),
    };
  },
};
