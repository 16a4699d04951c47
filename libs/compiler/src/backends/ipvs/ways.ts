import { type IptablesFragment, jump } from '../iptables/fragment.ts';
import { comment, FROM_THIS_NODE, from } from '../iptables/rule-text.ts';
import { IPVS_CHAIN, SET } from './names.ts';

const NEW = '-m conntrack --ctstate NEW ';

const to = (name: string) => `-m set --match-set ${name} dst,dst`;

/**
 * What is decided about new connections before IPVS sees them, for packets of the node itself it sees before the filter table does: who may not use an
 * address; who is led elsewhere than clients outside; what nobody on this node serves. The SET target is known to the mangle table only.
 */
export function ways(podCidrs: readonly string[]): IptablesFragment {
  const inside = `-g ${IPVS_CHAIN.inside}`;
  return {
    table: 'mangle',
    jumps: [jump('PREROUTING', IPVS_CHAIN.ways, 'ways to services', NEW), jump('OUTPUT', IPVS_CHAIN.ways, 'ways to services', NEW)],
    chains: [
      {
        name: IPVS_CHAIN.ways,
        rules: [
          `${to(SET.guarded)} -m set ! --match-set ${SET.sources} dst,dst,src ${comment('not for everybody')} -j DROP`,
          `${FROM_THIS_NODE} ${comment('from this node')} ${inside}`,
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} ${inside}`),
          `${to(SET.dropped)} ${comment('nobody on this node')} -j DROP`,
        ],
      },
      {
        name: IPVS_CHAIN.inside,
        rules: [
          `${to(SET.shortCut)} ${comment('to endpoints anywhere')} -j SET --map-set ${SET.shortCut} dst,dst --map-mark`,
          `${to(SET.shortCut)} -j RETURN`,
          `${to(SET.dropped)} ${comment('nobody on this node')} -j DROP`,
        ],
      },
    ],
  };
}
