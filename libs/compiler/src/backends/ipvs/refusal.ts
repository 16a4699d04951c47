import { CHAIN } from '../iptables/chain-names.ts';
import { type IptablesFragment, jump } from '../iptables/fragment.ts';
import { comment } from '../iptables/rule-text.ts';
import { SET } from './names.ts';

const NEW = '-m conntrack --ctstate NEW ';

/** What leads somewhere. */
const SERVED = [SET.internal, SET.external, SET.externalLocal, SET.shortCut];

/**
 * Answers at once what leads nowhere, instead of letting clients wait or reach what the node itself listens on: the addresses of services are the node's own
 * here (kubernetes/kubernetes#72236). Packets from elsewhere get here before IPVS, those of the node itself after it. Addresses that no service has are dropped.
 */
export function refusal(serviceCidrs: readonly string[]): IptablesFragment {
  const refuse = 'what no service answers';
  return {
    table: 'filter',
    jumps: [
      jump('INPUT', CHAIN.refusal, refuse, NEW),
      jump('FORWARD', CHAIN.refusal, refuse, NEW),
      jump('OUTPUT', CHAIN.refusal, refuse, NEW),
    ],
    chains: [
      {
        name: CHAIN.refusal,
        rules: [
          ...SERVED.map((name) => `-m set --match-set ${name} dst,dst -j RETURN`),
          `-m set --match-set ${SET.refused} dst,dst ${comment('nobody behind it')} -j ${CHAIN.reject}`,
          `-m set --match-set ${SET.serviceIPs} dst ${comment('no such port')} -j ${CHAIN.reject}`,
          ...serviceCidrs.map((cidr) => `-d ${cidr} ${comment('no service has this address')} -j DROP`),
        ],
      },
      { name: CHAIN.reject, rules: ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT --reject-with icmp-port-unreachable'] },
    ],
  };
}
