import type { Ipset } from './ipset/ipset.ts';
import { frontendKey, type IpvsService } from './ipvs/service.ts';
import type { FdbEntry, Link, LinkAddress, Neighbour, Netns, Route, Sysctl } from './network/objects.ts';
import type { Workload } from './node-config.ts';

const place = (netns: string | null) => netns ?? '';

/** What makes an object of a list the same object in two configurations: equal key, other content = changed. */
export const keyOf = {
  netns: (n: Netns) => n.name,
  sysctls: (s: Sysctl) => `${place(s.netns)} ${s.key}`,
  links: (l: Link) => `${place(l.netns)} ${l.name}`,
  addresses: (a: LinkAddress) => `${place(a.netns)} ${a.device} ${a.cidr}`,
  routes: (r: Route) => `${place(r.netns)} ${r.destination}${r.type === undefined ? '' : ` ${r.type}`}`,
  neighbours: (n: Neighbour) => `${place(n.netns)} ${n.device} ${n.ip}`,
  fdb: (f: FdbEntry) => `${f.device} ${f.mac}`,
  ipsets: (s: Ipset) => s.name,
  ipvs: (s: IpvsService) => frontendKey(s.frontend),
  workloads: (w: Workload) => w.netns,
} as const;

/** Orders a list by key, without changing it. */
export function byKey<T>(key: (item: T) => string, items: readonly T[]): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
