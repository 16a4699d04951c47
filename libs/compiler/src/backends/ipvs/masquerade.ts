import type { ClusterNetwork } from '@weft/model';
import { CHAIN } from '../iptables/chain-names.ts';
import { type IptablesFragment, jump } from '../iptables/fragment.ts';
import { sourceChange } from '../iptables/masquerade.ts';
import { comment, FROM_THIS_NODE, from, to } from '../iptables/rule-text.ts';
import { SET } from './names.ts';
import { shortCutBit } from './short-cut.ts';

const hex = (mark: number) => `0x${mark.toString(16)}`;

/**
 * Whose source address becomes this node's, by a number of rules that does not depend on the number of services: marked on arrival, everybody's packets to
 * service addresses but pods', and everybody's by external ways unless clients keep their address; on the way out, what this node sends through IPVS, pods
 * that meet themselves, and pods that reach the world outside. IPVS has changed the destination in between. Marks end here.
 */
export function masquerade(
  { masqueradeMark, masqueradePorts }: ClusterNetwork,
  podCidrs: readonly string[],
  serviceCidrs: readonly string[],
): IptablesFragment {
  const bit = hex(masqueradeMark);
  const shortCut = hex(shortCutBit(masqueradeMark));
  const toSet = (name: string) => `-m set --match-set ${name} dst,dst`;
  return {
    table: 'nat',
    jumps: [jump('PREROUTING', CHAIN.services, 'services'), jump('POSTROUTING', CHAIN.postrouting, 'masquerading')],
    chains: [
      {
        name: CHAIN.services,
        rules: [
          `${toSet(SET.internal)} ${comment('to a service address')} -j ${CHAIN.fromWhom}`,
          `${toSet(SET.external)} ${comment('by an external way')} -j ${CHAIN.markMasquerade}`,
        ],
      },
      {
        name: CHAIN.fromWhom,
        rules: [
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} -j RETURN`),
          `${comment('from outside')} -j ${CHAIN.markMasquerade}`,
        ],
      },
      { name: CHAIN.markMasquerade, rules: [`-j MARK --set-xmark ${bit}/${bit}`] },
      {
        name: CHAIN.postrouting,
        rules: [
          `${comment('short cut, taken')} -m mark --mark ${shortCut}/${shortCut} -m ipvs --ipvs -j MARK --set-xmark 0x0/0xffffffff`,
          `${comment('marked for masquerading')} -m mark --mark ${bit}/${bit} -j ${CHAIN.masquerade}`,
          `${comment('from this node through IPVS')} ${FROM_THIS_NODE} -m ipvs --ipvs -j ${CHAIN.masquerade}`,
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} -j ${CHAIN.egress}`),
        ],
      },
      {
        name: CHAIN.egress,
        rules: [
          `-m set --match-set ${SET.hairpin} dst,dst,src ${comment('a pod that reaches itself through a service')} -j ${CHAIN.masquerade}`,
          ...[...podCidrs, ...serviceCidrs].map((cidr) => `${to(cidr)}${comment('inside the fleet')} -j RETURN`),
          `-d 224.0.0.0/4 ${comment('multicast, as it is')} -j RETURN`,
          ...['lo', 'weft0', 'wf+'].map((link) => `-o ${link} -j RETURN`),
          `${comment('a pod that reaches the world outside')} -j ${CHAIN.masquerade}`,
        ],
      },
      { name: CHAIN.masquerade, rules: [`-j MARK --set-xmark 0x0/${bit}`, ...sourceChange(masqueradePorts)] },
    ],
  };
}
