import { CHAIN } from './chain-names.ts';
import { comment, type IptablesFragment, jump } from './fragment.ts';

const hex = (mark: number) => `0x${mark.toString(16)}`;

/**
 * Whose source address becomes this node's: what carries the mark, set for everybody's packets to service addresses but pods', and by node ports and hairpins.
 * The mark is cleared before the packet leaves. The first rule on the way to service addresses knows this node's own packets by their local source.
 * Pods reach the world outside through the address of their node: not inside the fleet, not for multicast, not to the node itself or back out of our own links.
 */
export function masquerade(mark: number, podCidrs: readonly string[], serviceCidrs: readonly string[]): IptablesFragment {
  const bit = hex(mark);
  return {
    table: 'nat',
    jumps: [jump('POSTROUTING', CHAIN.postrouting, 'masquerading')],
    chains: [
      { name: CHAIN.markMasquerade, rules: [`-j MARK --set-xmark ${bit}/${bit}`] },
      {
        name: CHAIN.fromWhom,
        rules: [
          `${comment('from this node')} -m addrtype --src-type LOCAL -j ${CHAIN.markMasquerade}`,
          `${comment('from this node')} -m addrtype --src-type LOCAL -j RETURN`,
          ...podCidrs.map((cidr) => `-s ${cidr} ${comment('from a pod')} -j RETURN`),
          `${comment('from outside')} -j ${CHAIN.markMasquerade}`,
        ],
      },
      {
        name: CHAIN.postrouting,
        rules: [
          `${comment('marked for masquerading')} -m mark --mark ${bit}/${bit} -j ${CHAIN.masquerade}`,
          ...podCidrs.map((cidr) => `-s ${cidr} ${comment('from a pod')} -j ${CHAIN.egress}`),
        ],
      },
      { name: CHAIN.masquerade, rules: [`-j MARK --set-xmark ${bit}/0x0`, '-j MASQUERADE --random-fully'] },
      {
        name: CHAIN.egress,
        rules: [
          ...[...podCidrs, ...serviceCidrs].map((cidr) => `-d ${cidr} ${comment('inside the fleet')} -j RETURN`),
          `-d 224.0.0.0/4 ${comment('multicast, as it is')} -j RETURN`,
          ...['lo', 'weft0', 'wf+'].map((link) => `-o ${link} -j RETURN`),
          `${comment('a pod that reaches the world outside')} -j MASQUERADE --random-fully`,
        ],
      },
    ],
  };
}
