import { type NftFragment, rule } from './fragment.ts';

const hex = (mark: number) => `0x${mark.toString(16).padStart(8, '0')}`;

/** The statement that marks a packet for masquerading; other bits of its mark stay. */
export function setMark(mark: number): string {
  return `meta mark set meta mark | ${hex(mark)}`;
}

/**
 * Whose source address becomes this node's, so that the answer comes back through it: everybody's but pods' on the way to service addresses, everybody's on
 * the way to node ports (marked there), and a pod's that meets itself behind its own service, which would otherwise answer itself directly.
 * The mark is cleared before the packet leaves, lest it be masqueraded again where it passes through another namespace.
 */
export function masquerade(mark: number, ownEndpoints: Iterable<string>): NftFragment {
  const bit = hex(mark);
  return {
    sets: [
      {
        name: 'hairpin-pairs',
        type: 'ipv4_addr . ipv4_addr',
        flags: [],
        comment: 'pods of this node that are endpoints, each with itself',
        elements: Array.from(ownEndpoints, (ip) => `${ip} . ${ip}`).sort(),
      },
    ],
    rules: {
      'nat-prerouting': [rule(`ip daddr @service-cidrs ip saddr != @pod-cidrs ${setMark(mark)}`, 'masquerade: not from a pod')],
      'nat-output': [rule(`ip daddr @service-cidrs ${setMark(mark)}`, 'masquerade: from this node')],
      'nat-postrouting': [
        rule(`meta mark & ${bit} == ${bit} meta mark set meta mark ^ ${bit} masquerade fully-random`, 'marked for masquerading'),
        rule('ip saddr . ip daddr @hairpin-pairs masquerade fully-random', 'a pod that reaches itself through its service'),
      ],
    },
  };
}
