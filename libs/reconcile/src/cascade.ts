import type { Link, NodeConfig } from '@weft/kernel';

/** One end of a link: the name it has in a namespace. */
interface LinkEnd {
  readonly netns: string | null;
  readonly name: string;
}

const endKey = (netns: string | null, name: string | null) => `${netns ?? ''} ${name}`;

/**
 * A configuration as the kernel leaves it when links are deleted: what hangs on a link goes with it, on its own side and inside the pod
 * that its other end is in, and a bridge's ports lose their master.
 */
export function withoutLinks(config: NodeConfig, gone: readonly Link[]): NodeConfig {
  if (gone.length === 0) return config;
  const ends = new Set(gone.flatMap((l) => [endKey(l.netns, l.name), ...(l.kind === 'veth' ? [endKey(l.peer.netns, l.peer.name)] : [])]));
  const on = (item: { readonly netns: string | null; readonly device: string | null }) => ends.has(endKey(item.netns, item.device));
  const lostSources = new Set(config.addresses.filter(on).map((a) => endKey(a.netns, a.cidr.split('/')[0] ?? null)));
  const names = gone.map((link) => `/${link.name}/`);
  return {
    ...config,
    links: config.links
      .filter((link) => !ends.has(endKey(link.netns, link.name)))
      .map((link) => (link.kind === 'veth' && ends.has(endKey(null, link.master)) ? { ...link, master: null, hairpin: false } : link)),
    addresses: config.addresses.filter((address) => !on(address)),
    neighbours: config.neighbours.filter((neighbour) => !on(neighbour)),
    fdb: config.fdb.filter((entry) => !ends.has(endKey(null, entry.device))),
    routes: config.routes.filter((route) => !on(route) && !lostSources.has(endKey(route.netns, route.source))),
    sysctls: config.sysctls.filter((sysctl) => sysctl.netns !== null || !names.some((name) => sysctl.key.includes(name))),
  };
}

/** A configuration as the kernel leaves it when links get another MAC: it forgets the neighbours there. */
export function withoutNeighbours(config: NodeConfig, devices: readonly LinkEnd[]): NodeConfig {
  if (devices.length === 0) return config;
  const ends = new Set(devices.map(({ netns, name }) => endKey(netns, name)));
  return { ...config, neighbours: config.neighbours.filter(({ netns, device }) => !ends.has(endKey(netns, device))) };
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
