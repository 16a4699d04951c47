import type { ClusterNetwork, DesiredPod } from '@weft/model';
import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import { hairpin } from './hairpin.ts';
import { comment, FROM_THIS_NODE, from, to } from './rule-text.ts';

const hex = (mark: number) => `0x${mark.toString(16)}`;

/** Ports are something of transport protocols, so a range of them has to be said for each. */
export function sourceChange(ports: ClusterNetwork['masqueradePorts']): string[] {
  const within =
    ports === null
      ? []
      : ['tcp', 'udp', 'sctp'].map((protocol) => `-p ${protocol} -j MASQUERADE --to-ports ${ports.from}-${ports.to} --random-fully`);
  return [...within, '-j MASQUERADE --random-fully'];
}

/**
 * Whose source address becomes this node's: what carries the mark, set for everybody's packets to service addresses but pods', and by external ways; pods that
 * meet themselves behind a service; pods that reach the world outside: not inside the fleet, not
 * for multicast, not to the node itself or back out of our own links. The first rule on the way to service addresses knows this node's own packets by their
 * local source. The mark is cleared before the packet leaves, lest it be masqueraded again where it passes through another namespace.
 */
export function masquerade(
  { masqueradeMark, masqueradePorts }: ClusterNetwork,
  podCidrs: readonly string[],
  serviceCidrs: readonly string[],
  pods: readonly DesiredPod[],
): IptablesFragment {
  const bit = hex(masqueradeMark);
  return {
    table: 'nat',
    jumps: [jump('POSTROUTING', CHAIN.postrouting, 'masquerading')],
    chains: [
      { name: CHAIN.markMasquerade, rules: [`-j MARK --set-xmark ${bit}/${bit}`] },
      {
        name: CHAIN.fromWhom,
        rules: [
          `${comment('from this node')} ${FROM_THIS_NODE} -j ${CHAIN.markMasquerade}`,
          `${comment('from this node')} ${FROM_THIS_NODE} -j RETURN`,
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} -j RETURN`),
          `${comment('from outside')} -j ${CHAIN.markMasquerade}`,
        ],
      },
      {
        name: CHAIN.postrouting,
        rules: [
          `${comment('marked for masquerading')} -m mark --mark ${bit}/${bit} -j ${CHAIN.masquerade}`,
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} -j ${CHAIN.egress}`),
        ],
      },
      {
        name: CHAIN.egress,
        rules: [
          ...podCidrs.map((cidr) => `${to(cidr)}${comment('to a pod')} -j ${CHAIN.hairpin}`),
          ...[...podCidrs, ...serviceCidrs].map((cidr) => `${to(cidr)}${comment('inside the fleet')} -j RETURN`),
          `-d 224.0.0.0/4 ${comment('multicast, as it is')} -j RETURN`,
          ...['lo', 'weft0', 'wf+'].map((link) => `-o ${link} -j RETURN`),
          `${comment('a pod that reaches the world outside')} -j ${CHAIN.masquerade}`,
        ],
      },
      ...hairpin(pods),
      { name: CHAIN.masquerade, rules: [`-j MARK --set-xmark 0x0/${bit}`, ...sourceChange(masqueradePorts)] },
    ],
  };
}
