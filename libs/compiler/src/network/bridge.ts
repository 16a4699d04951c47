import type { Route } from '@weft/kernel';
import { BRIDGE_NAME, mac } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';
import { blocksOf, gatewayOf, inBlock } from './blocks.ts';
import { podMtu } from './mtu.ts';

/**
 * The node's own foot in the pod network: `weft0` with the gateway address of each of its blocks. In link mode `bridge` pods are its ports; in mode
 * `routed` it has none and still serves: the node speaks to pods and services from a pod address, packets to addresses of its blocks that
 * no pod has end here instead of leaving by the default route, and moving pods between the modes leaves the gateway in place.
 *
 * The kernel makes the route of each block with its address, and not again when somebody deletes it. So it is said here, as the kernel's own: one of ours would take the
 * place of that, and go with whoever does not know it.
 */
export function bridge(view: NodeView): Fragment {
  const { node } = view;
  return {
    links: [{ kind: 'bridge', netns: null, name: BRIDGE_NAME, mtu: podMtu(view), mac: mac.bridge(node.id), up: true }],
    addresses: blocksOf(node).map((block) => ({ netns: null, device: BRIDGE_NAME, cidr: inBlock(gatewayOf(block), block) })),
    routes: blocksOf(node).map(
      (block): Route => ({
        netns: null,
        destination: block,
        via: null,
        device: BRIDGE_NAME,
        scope: 'link',
        onlink: false,
        source: gatewayOf(block),
        connected: true,
      }),
    ),
  };
}
