import { keyOf, type Link, type NodeConfig } from '@weft/kernel';

/**
 * A configuration as the kernel leaves it when links are deleted: what hangs on a link goes with it, on its own side and inside the pod
 * that its other end is in, and a bridge's ports lose their master.
 */
export function withoutLinks(config: NodeConfig, gone: readonly Link[]): NodeConfig {
  if (gone.length === 0) return config;
  const ends = new Set(gone.flatMap((l) => [keyOf.links(l), ...(l.kind === 'veth' ? [`${l.peer.netns} ${l.peer.name}`] : [])]));
  const on = (item: { readonly netns: string | null; readonly device: string | null }) => ends.has(`${item.netns ?? ''} ${item.device}`);
  const lostSources = new Set(config.addresses.filter(on).map((a) => `${a.netns ?? ''} ${a.cidr.split('/')[0]}`));
  const names = gone.map((link) => `/${link.name}/`);
  return {
    ...config,
    links: config.links
      .filter((link) => !ends.has(keyOf.links(link)))
      .map((link) => (link.kind === 'veth' && ends.has(` ${link.master}`) ? { ...link, master: null } : link)),
    addresses: config.addresses.filter((address) => !on(address)),
    neighbours: config.neighbours.filter((neighbour) => !on(neighbour)),
    fdb: config.fdb.filter((entry) => !ends.has(` ${entry.device}`)),
    routes: config.routes.filter((route) => !on(route) && !lostSources.has(`${route.netns ?? ''} ${route.source}`)),
    sysctls: config.sysctls.filter((sysctl) => sysctl.netns !== null || !names.some((name) => sysctl.key.includes(name))),
  };
}

/** A configuration as the kernel leaves it when network namespaces are deleted: their contents go, and pairs that lead into them. */
export function withoutNetns(config: NodeConfig, gone: ReadonlySet<string>): NodeConfig {
  if (gone.size === 0) return config;
  const stays = (item: { readonly netns: string | null }) => item.netns === null || !gone.has(item.netns);
  const left = withoutLinks(
    config,
    config.links.filter((link) => link.kind === 'veth' && gone.has(link.peer.netns)),
  );
  return {
    ...left,
    netns: left.netns.filter(({ name }) => !gone.has(name)),
    sysctls: left.sysctls.filter(stays),
    addresses: left.addresses.filter(stays),
    neighbours: left.neighbours.filter(stays),
    routes: left.routes.filter(stays),
    workloads: left.workloads.filter(({ netns }) => !gone.has(netns)),
  };
}
