import type { NftRule } from '@weft/kernel';
import type { ClusterNetwork, DesiredPod } from '@weft/model';
import { type NftFragment, rule } from './fragment.ts';
import { TRANSPORT } from './transport.ts';

const hex = (mark: number) => `0x${mark.toString(16).padStart(8, '0')}`;

/** Rules by which what matches gets this node's address, and a source port of the range where there is one; only transports have ports. */
export function masquerades(match: string, ports: ClusterNetwork['masqueradePorts'], comment: string): NftRule[] {
  const plain = rule(`${match} masquerade fully-random`, comment);
  if (ports === null) return [plain];
  return [rule(`${TRANSPORT} ${match} masquerade to :${ports.from}-${ports.to} fully-random`, comment), plain];
}

/**
 * Whose source address becomes this node's, so that the answer comes back through it: everybody's but pods' on the way to service addresses, those led here on
 * other ways, and a pod's that meets itself behind its own service, which would otherwise answer itself directly.
 * The mark is cleared before the packet leaves, lest it be masqueraded again where it passes through another namespace; other bits stay.
 */
export function masquerade(
  { masqueradeMark, masqueradePorts }: Pick<ClusterNetwork, 'masqueradeMark' | 'masqueradePorts'>,
  pods: readonly Pick<DesiredPod, 'ip'>[],
): NftFragment {
  const bit = hex(masqueradeMark);
  const marked = `meta mark & ${bit} == ${bit} meta mark set meta mark ^ ${bit}`;
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
        ...masquerades(marked, masqueradePorts, 'marked for masquerading'),
        ...masquerades('ip saddr . ip daddr @hairpin-pairs', masqueradePorts, 'a pod that reaches itself through its service'),
      ],
    },
  };
}
