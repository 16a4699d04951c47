import type { Route } from '@weft/kernel';
import type { Fragment, NodeView } from '../fragment.ts';
import { blocksOf } from './blocks.ts';
import { peersOf } from './peers.ts';

/** Plain routes to the blocks of nodes on the same subnet; the host's own routes know the link. */
export function nodeRoutes(view: NodeView): Fragment {
  const adjacent = peersOf(view).filter(({ way }) => way === 'direct');
  return {
    routes: adjacent.flatMap(({ node, address }) =>
      blocksOf(node).map(
        (block): Route => ({ netns: null, destination: block, via: address, device: null, scope: 'global', onlink: false, source: null }),
      ),
    ),
  };
}
