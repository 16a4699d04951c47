import type { DesiredPod } from '@weft/model';
import { type NftFragment, rule } from './fragment.ts';

const hex = (mark: number) => `0x${mark.toString(16).padStart(8, '0')}`;

/** Leads a packet through the one place that marks it for masquerading. */
export const TO_MARK = rule('jump mark-for-masquerade');

/**
 * Whose source address becomes this node's, so that the answer comes back through it: everybody's but pods' on the way to service addresses, everybody's on
 * the way to node ports (led here), and a pod's that meets itself behind its own service, which would otherwise answer itself directly.
 * The mark is cleared before the packet leaves, lest it be masqueraded again where it passes through another namespace; other bits stay.
 */
export function masquerade(mark: number, pods: readonly Pick<DesiredPod, 'ip'>[]): NftFragment {
  const bit = hex(mark);
  return {
    sets: [
      {
        name: 'hairpin-pairs',
        type: 'ipv4_addr . ipv4_addr',
        flags: [],
        comment: 'pods of this node, each with itself',
        elements: pods.map(({ ip }) => `${ip} . ${ip}`).sort(),
      },
    ],
    rules: {
      'nat-prerouting': [rule('ip daddr @service-cidrs ip saddr != @pod-cidrs jump mark-for-masquerade', 'masquerade: not from a pod')],
      'nat-output': [rule('ip daddr @service-cidrs jump mark-for-masquerade', 'masquerade: from this node')],
      'mark-for-masquerade': [rule(`meta mark set meta mark | ${bit}`)],
      'nat-postrouting': [
        rule(`meta mark & ${bit} == ${bit} meta mark set meta mark ^ ${bit} masquerade fully-random`, 'marked for masquerading'),
        rule('ip saddr . ip daddr @hairpin-pairs masquerade fully-random', 'a pod that reaches itself through its service'),
      ],
    },
  };
}
