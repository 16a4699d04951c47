import { keyOf, type NodeConfig } from '@weft/kernel';

/**
 * Completes an observation that did not look inside pods (`pods: false`) with what is remembered of them. Only for pods whose
 * namespace and pair are still there and were up; of the others the inside counts as gone, so that it is made anew.
 */
export function withPodsOf(observed: NodeConfig, remembered: NodeConfig): NodeConfig {
  const known = new Map(remembered.links.map((link) => [keyOf.links(link), link]));
  const there = new Set(observed.netns.map(({ name }) => name));
  const inside = new Set<string>();
  const links = observed.links.map((link) => {
    const before = known.get(keyOf.links(link));
    if (link.kind !== 'veth' || before?.kind !== 'veth' || before.peer.netns !== link.peer.netns || !there.has(link.peer.netns))
      return link;
    inside.add(link.peer.netns);
    return { ...link, peer: before.peer };
  });
  const kept = (item: { readonly netns: string | null }) => item.netns !== null && inside.has(item.netns);
  return {
    ...observed,
    links,
    addresses: [...observed.addresses, ...remembered.addresses.filter(kept)],
    routes: [...observed.routes, ...remembered.routes.filter(kept)],
    neighbours: [...observed.neighbours, ...remembered.neighbours.filter(kept)],
    sysctls: [...observed.sysctls, ...remembered.sysctls.filter(kept)],
  };
}
