import type { DesiredNode } from '@weft/model';
import type { NftFragment } from './fragment.ts';
import { rangeElements } from './ranges.ts';

/** Matches packets to an address of this node at which node ports answer: never loopback's, whose replies could not be routed back. */
export function nodePortAddress({ nodePortAddresses }: Pick<DesiredNode, 'nodePortAddresses'>): string {
  const any = 'fib daddr type local ip daddr != 127.0.0.0/8';
  return nodePortAddresses.length === 0 ? any : `${any} ip daddr @node-port-addresses`;
}

/** Where a node's node ports answer, unless it is everywhere. */
export function nodePortAddresses({ nodePortAddresses: chosen, address }: DesiredNode): NftFragment {
  if (chosen.length === 0) return {};
  const [primary] = address?.split('/') ?? [];
  const ranges = chosen.flatMap((range) => (range !== 'primary' ? [range] : primary === undefined ? [] : [`${primary}/32`]));
  return {
    sets: [
      {
        name: 'node-port-addresses',
        type: 'ipv4_addr',
        flags: ['interval'],
        comment: 'addresses of this node at which node ports answer',
        elements: rangeElements(ranges),
      },
    ],
  };
}
