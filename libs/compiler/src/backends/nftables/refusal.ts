import type { NftSet } from '@weft/kernel';
import type { DesiredService } from '@weft/model';
import { type ServicePort, serviceLabel } from '../../services/service-ports.ts';
import type { NftContribution } from './contribution.ts';
import { LOCAL_ADDRESS } from './dispatch.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';

/** What one service adds: its address, and its node ports that lead nowhere. */
export function refused(service: DesiredService, ports: readonly ServicePort[]): NftContribution {
  const nowhere = ports.filter(({ nodePort, external }) => nodePort !== null && external.endpoints.length === 0);
  return {
    elements: [
      { into: 'service-ips', key: labelled(service.clusterIP, serviceLabel(service)), data: null },
      ...nowhere.map(({ protocol, nodePort, label }) => ({
        into: 'refused-node-ports',
        key: labelled(`${protocol} . ${nodePort}`, label),
        data: null,
      })),
    ],
    needs: [],
  };
}

/**
 * Answers at once what dispatch has led nowhere, instead of letting clients wait. A packet whose destination is still a service's address was for a port that
 * the service does not have, or that nobody serves. TCP is reset rather than told by ICMP, of which the kernel sends only about one a second to
 * each peer (icmp_ratelimit in icmp(7)). Addresses that no service has are dropped, or they would wander to the default gateway.
 */
export function refusal(): NftFragment {
  const serviceIPs: NftSet = { name: 'service-ips', type: 'ipv4_addr', flags: [], comment: 'addresses that services have', elements: [] };
  const refusedNodePorts: NftSet = {
    name: 'refused-node-ports',
    type: 'inet_proto . inet_service',
    flags: [],
    comment: 'node ports without endpoints',
    elements: [],
  };
  const toRefusal = rule('ct state new jump refusal');
  return {
    sets: [serviceIPs, refusedNodePorts],
    rules: {
      'filter-input': [toRefusal, rule('ct state new jump node-port-refusal')],
      'filter-forward': [toRefusal],
      'filter-output': [toRefusal],
      refusal: [
        rule('ip daddr @service-ips goto refuse', 'no such port, or nobody behind it'),
        rule('ip daddr @service-cidrs drop', 'no service has this address'),
      ],
      'node-port-refusal': [
        rule(`${LOCAL_ADDRESS} meta l4proto . th dport @refused-node-ports goto refuse`, 'nobody behind this node port'),
      ],
      refuse: [rule('reject with tcp reset', 'TCP'), rule('reject', 'the rest')],
    },
  };
}
