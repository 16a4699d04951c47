import type { DesiredNode } from '@weft/model';
import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import { toNodePorts } from './node-ports.ts';
import { comment } from './rule-text.ts';

/**
 * The frame of the way to services: service addresses, then external ones, then node ports. Packets to anywhere else pass a rule for each range of service
 * addresses and one for each /24 that external addresses are in.
 */
export function dispatch(serviceCidrs: readonly string[], node: DesiredNode): IptablesFragment {
  return {
    table: 'nat',
    jumps: [jump('PREROUTING', CHAIN.services, 'services'), jump('OUTPUT', CHAIN.services, 'services')],
    chains: [
      {
        name: CHAIN.services,
        rules: serviceCidrs.map((cidr) => `-d ${cidr} ${comment('to a service address')} -j ${CHAIN.serviceIPs}`),
        last: toNodePorts(node, CHAIN.nodePorts),
      },
      { name: CHAIN.serviceIPs, rules: [`${comment('masquerade?')} -j ${CHAIN.fromWhom}`] },
      { name: CHAIN.nodePorts, rules: [] },
    ],
  };
}
