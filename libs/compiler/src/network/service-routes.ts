import type { Route } from '@weft/kernel';
import { BRIDGE_NAME } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';

/**
 * Routes of the service ranges on `weft0`. The node's own packets to a service need some route to reach address translation in OUTPUT, and take
 * from it the node's pod address as their source. Nothing is ever sent there: what no service answers is refused before.
 */
export function serviceRoutes({ desired, node }: NodeView): Fragment {
  if (node.podBlocks.length === 0) return {};
  return {
    routes: desired.cluster.serviceCidrs.map(
      (range): Route => ({ netns: null, destination: range, via: null, device: BRIDGE_NAME, scope: 'link', onlink: false, source: null }),
    ),
  };
}
