import type { NodeConfig } from '@weft/kernel';
import type { DesiredNode } from '@weft/model';
import { hostOf } from '../network/peers.ts';
import { follower, KnownObjects } from '../packets/index.ts';
import { Links } from './links.ts';
import { Routing } from './routing.ts';

/** A node, read once for asking what it does to packets. */
export interface NodeView {
  readonly routing: Routing;
  readonly links: Links;
  /** What its rules do to the first packet of a connection. */
  readonly follow: ReturnType<typeof follower>;
  /** Its address on the link to other hosts; null while it is not known. */
  readonly address: string | null;
}

/** Reads a node. Throws Error when its configuration has the rules of no backend. */
export function nodeView(node: DesiredNode, config: NodeConfig): NodeView {
  const objects = new KnownObjects(config);
  const routing = new Routing(node, config, objects);
  const links = new Links(config, objects);
  const address = node.address === null ? null : hostOf(node.address);
  const addresses = [...(address === null ? [] : [address]), ...links.hostAddresses()];
  const follow = follower(config, { addresses, linkTo: (to) => routing.to(null, to)?.device ?? null });
  return { routing, links, follow, address };
}
