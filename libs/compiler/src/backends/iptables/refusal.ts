import type { DesiredState } from '@weft/model';
import { type ServicePort, serviceLabel } from '../../services/service-ports.ts';
import { CHAIN } from './chain-names.ts';
import { LOCAL_ADDRESS } from './dispatch.ts';
import { comment, type IptablesFragment, jump } from './fragment.ts';

const NEW = '-m conntrack --ctstate NEW ';

/**
 * Answers at once what dispatch has led nowhere, instead of letting clients wait: ports that a service does not have, or that nobody serves. TCP is
 * reset rather than told by ICMP, of which the kernel sends only about one a second to each peer (icmp_ratelimit in icmp(7)). Addresses that no service has
 * are dropped, or they would wander to the default gateway. Only packets to service addresses walk the list of services.
 */
export function refusal(
  services: DesiredState['services'],
  ports: readonly ServicePort[],
  serviceCidrs: readonly string[],
): IptablesFragment {
  const refused = ports.filter(({ nodePort, external }) => nodePort !== null && external.endpoints.length === 0);
  return {
    table: 'filter',
    jumps: [
      jump('INPUT', CHAIN.refusal, 'services without endpoints', NEW),
      jump('INPUT', CHAIN.nodePortRefusal, 'node ports without endpoints', NEW),
      jump('FORWARD', CHAIN.refusal, 'services without endpoints', NEW),
      jump('OUTPUT', CHAIN.refusal, 'services without endpoints', NEW),
    ],
    chains: [
      {
        name: CHAIN.refusal,
        rules: serviceCidrs.map((cidr) => `-d ${cidr} ${comment('still to a service address')} -j ${CHAIN.serviceIPs}`),
      },
      {
        name: CHAIN.serviceIPs,
        rules: [
          ...services.map(
            (service) =>
              `-d ${service.clusterIP}/32 ${comment(`${serviceLabel(service)} no such port, or nobody behind it`)} -j ${CHAIN.reject}`,
          ),
          `${comment('no service has this address')} -j DROP`,
        ],
      },
      {
        name: CHAIN.nodePortRefusal,
        rules: refused.map(
          ({ protocol, nodePort, label }) =>
            `${LOCAL_ADDRESS.destination} -p ${protocol} ${comment(`${label} nobody behind this node port`)} ${LOCAL_ADDRESS.type} -m ${protocol} --dport ${nodePort} -j ${CHAIN.reject}`,
        ),
      },
      { name: CHAIN.reject, rules: ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT --reject-with icmp-port-unreachable'] },
    ],
  };
}
