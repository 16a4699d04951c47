import { keyOf, type Link, type VethLink } from '@weft/kernel';
import { canonicalJson } from '@weft/model';
import { changes } from './changes.ts';

/** What has to be done to links. */
export interface LinkChanges {
  readonly add: readonly Link[];
  /** Links whose properties `ip link set` can change. */
  readonly set: readonly Link[];
  /** Pairs whose pod side has to be brought up or changed, new pairs included. */
  readonly setPeer: readonly VethLink[];
  /** Links as they are now that have to go before `add`, because the kernel cannot change them to what is wanted. */
  readonly replace: readonly Link[];
  readonly drop: readonly Link[];
}

/** What of a link cannot be changed while it lives. */
function identity(link: Link): unknown {
  switch (link.kind) {
    case 'bridge':
      return [link.kind];
    case 'vxlan':
      return [link.kind, link.vni, link.local, link.port];
    case 'veth':
      return [link.kind, link.peer.netns, link.peer.name];
  }
}

/** What of a link is seen and set from the host's side. */
function hostSide(link: Link): unknown {
  return link.kind === 'veth' ? { ...link, peer: null } : link;
}

function podSide(link: Link): unknown {
  return link.kind === 'veth' ? { ...link.peer, up: link.up } : null;
}

const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
const isVeth = (link: Link): link is VethLink => link.kind === 'veth';

// A port needs its bridge, so bridges come first.
const ADD_ORDER = { bridge: 0, vxlan: 1, veth: 2 } as const;

/** Compares links: which to add, which to change in place, which to make anew. */
export function diffLinks(desired: readonly Link[], observed: readonly Link[]): LinkChanges {
  const { put, drop } = changes(keyOf.links, desired, observed);
  const there = new Map(observed.map((link) => [keyOf.links(link), link]));
  const found = (link: Link) => there.get(keyOf.links(link));
  const keeps = (link: Link) => {
    const old = found(link);
    return old !== undefined && same(identity(old), identity(link));
  };
  const kept = put.filter(keeps);
  const add = put.filter((link) => !keeps(link)).sort((a, b) => ADD_ORDER[a.kind] - ADD_ORDER[b.kind]);
  const replace = add.flatMap((link) => found(link) ?? []);
  return {
    add,
    set: kept.filter((link) => !same(hostSide(found(link) as Link), hostSide(link))),
    setPeer: [...add, ...kept.filter((link) => !same(podSide(found(link) as Link), podSide(link)))].filter(isVeth),
    replace,
    drop,
  };
}
