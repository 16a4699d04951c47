import { keyOf, type Link, type VethLink } from '@weft/kernel';
import { canonicalJson } from '@weft/model';
import { changes } from '../changes.ts';

/** What has to be done to links none of which has to be made anew. */
export interface LinkChanges {
  readonly add: readonly Link[];
  /** Links whose properties `ip link set` can change. */
  readonly set: readonly { readonly link: Link; readonly setMac: boolean }[];
  /** Pairs whose pod side has to be brought up or changed, new pairs included. */
  readonly setPeer: readonly { readonly link: VethLink; readonly setMac: boolean }[];
  readonly drop: readonly Link[];
}

/** What of a link cannot be changed while it lives. */
function identity(link: Link): unknown {
  switch (link.kind) {
    case 'bridge':
    case 'dummy':
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

/** The MAC of a pair's pod side; null where there is none. */
const peerMac = (link: Link) => (link.kind === 'veth' ? link.peer.mac : null);

// A port needs its bridge, so bridges come first.
const ADD_ORDER = { bridge: 0, dummy: 0, vxlan: 1, veth: 2 } as const;

/** Observed links that have to go because the kernel cannot change them to what is wanted under their name. */
export function linksToReplace(desired: readonly Link[], observed: readonly Link[]): Link[] {
  const wanted = new Map(desired.map((link) => [keyOf.links(link), link]));
  return observed.filter((link) => {
    const want = wanted.get(keyOf.links(link));
    return want !== undefined && !same(identity(want), identity(link));
  });
}

/** Compares links: which to add, which to change in place, which to remove. `observed` is what is left when linksToReplace are gone. */
export function diffLinks(desired: readonly Link[], observed: readonly Link[]): LinkChanges {
  const { put, drop } = changes(keyOf.links, desired, observed);
  const there = new Map(observed.map((link) => [keyOf.links(link), link]));
  const add = put.filter((link) => !there.has(keyOf.links(link))).sort((a, b) => ADD_ORDER[a.kind] - ADD_ORDER[b.kind]);
  const kept = put.flatMap((link) => {
    const old = there.get(keyOf.links(link));
    return old === undefined ? [] : [{ link, old }];
  });
  return {
    add,
    set: kept
      .filter(({ link, old }) => !same(hostSide(old), hostSide(link)))
      .map(({ link, old }) => ({ link, setMac: link.mac !== old.mac })),
    setPeer: [
      ...add.filter(isVeth).map((link) => ({ link, setMac: false })),
      ...kept.flatMap(({ link, old }) =>
        isVeth(link) && !same(podSide(old), podSide(link)) ? [{ link, setMac: peerMac(old) !== link.peer.mac }] : [],
      ),
    ],
    drop,
  };
}
