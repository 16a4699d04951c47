import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import { comment } from './rule-text.ts';

/** Connections of pods agree on segments that fit the smallest link on their way that this node knows of, such as the overlay. */
export function segmentSize(podCidrs: readonly string[]): IptablesFragment {
  const clamp = `-p tcp ${comment('connections of pods')} -m tcp --tcp-flags SYN SYN -j TCPMSS --clamp-mss-to-pmtu`;
  return {
    table: 'mangle',
    jumps: [jump('FORWARD', CHAIN.forward, 'segment size')],
    chains: [{ name: CHAIN.forward, rules: podCidrs.flatMap((cidr) => [`-s ${cidr} ${clamp}`, `-d ${cidr} ${clamp}`]) }],
  };
}
