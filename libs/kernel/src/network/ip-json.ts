import { isOurLink } from '@weft/model';
import type { Link, LinkAddress, Neighbour, Route } from './objects.ts';

/** A link as `ip -j -d link` prints it; only what is read of it. */
export interface IpLinkJson {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address?: string;
  readonly master?: string;
  /** Number by which this namespace knows the one that holds a veth's other end. */
  readonly link_netnsid?: number;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_slave_data?: { readonly hairpin?: boolean };
    readonly info_data?: { readonly id?: number; readonly local?: string; readonly port?: number };
  };
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string; readonly family: string }[];
}

interface IpRouteJson {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly scope?: string;
  readonly prefsrc?: string;
  readonly flags?: readonly string[];
}

interface IpNeighbourJson {
  readonly dst: string;
  readonly dev: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

/** A namespace as `ip -j netns list` prints it; `id` is its number here, missing while no link leads into it. */
export interface IpNetnsJson {
  readonly name: string;
  readonly id?: number;
}

/** Parses what one `ip -j` command printed; an empty answer is an empty list. Throws SyntaxError when it is not JSON. */
export function parseIpJson<T>(text: string): T[] {
  return text.trim() === '' ? [] : JSON.parse(text);
}

/** Splits what `ip -j -batch -` printed, one JSON list on a line for each command. */
export function splitIpBatchJson(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** What is known of a pod's side of a veth pair. */
export interface ObservedPeer {
  readonly name: string;
  readonly mtu: number;
  readonly mac: string;
  readonly up: boolean;
}

const isUp = (link: IpLinkJson) => link.flags.includes('UP');

/** The pod's end of its pair, from the list of links inside its namespace; null when there is no veth. Up counts the loopback. */
export function peerIn(links: readonly IpLinkJson[]): ObservedPeer | null {
  const end = links.find((link) => link.linkinfo?.info_kind === 'veth');
  if (end === undefined) return null;
  const loopback = links.find((link) => link.flags.includes('LOOPBACK'));
  return { name: end.ifname, mtu: end.mtu, mac: end.address ?? '', up: isUp(end) && (loopback === undefined || isUp(loopback)) };
}

/**
 * The links of the host's namespace that are ours. `peerOf` tells the pod's side of a veth by the namespace it is in; where it knows none,
 * the peer has the host side's MTU and an empty name and MAC; its namespace is empty when it has no name any more. A link of ours of
 * a foreign kind is left out.
 */
export function toLinks(
  links: readonly IpLinkJson[],
  namespaces: readonly IpNetnsJson[],
  peerOf: (netns: string) => ObservedPeer | null,
): Link[] {
  const nameOf = new Map(namespaces.flatMap(({ name, id }) => (id === undefined ? [] : [[id, name] as const])));
  return links
    .filter((link) => isOurLink(link.ifname))
    .flatMap((link): Link[] => {
      const base = { netns: null, name: link.ifname, mtu: link.mtu, mac: link.address ?? '', up: isUp(link) };
      const data = link.linkinfo?.info_data;
      switch (link.linkinfo?.info_kind) {
        case 'bridge':
        case 'dummy':
          return [{ ...base, kind: link.linkinfo.info_kind }];
        case 'vxlan':
          return [{ ...base, kind: 'vxlan', vni: data?.id ?? 0, local: data?.local ?? '', port: data?.port ?? 0 }];
        case 'veth': {
          const netns = nameOf.get(link.link_netnsid ?? -1) ?? '';
          const peer = peerOf(netns);
          const { name, mtu, mac } = peer ?? { name: '', mtu: link.mtu, mac: '' };
          const up = base.up && (peer?.up ?? true);
          return [
            {
              ...base,
              up,
              kind: 'veth',
              master: link.master ?? null,
              hairpin: link.linkinfo.info_slave_data?.hairpin ?? false,
              peer: { netns, name, mtu, mac },
            },
          ];
        }
        default:
          return [];
      }
    });
}

/** The IPv4 addresses of links in a namespace: on the host those of our links, in a pod all but the loopback's. */
export function toAddresses(links: readonly IpLinkJson[], netns: string | null): LinkAddress[] {
  return links
    .filter((link) => (netns === null ? isOurLink(link.ifname) : !link.flags.includes('LOOPBACK')))
    .flatMap((link) =>
      (link.addr_info ?? [])
        .filter((address) => address.family === 'inet')
        .map((address) => ({ netns, device: link.ifname, cidr: `${address.local}/${address.prefixlen}` })),
    );
}

const SCOPES = ['global', 'link', 'host'] as const;

/** Routes as `ip -j route show proto 87` prints them, of whatever table. A device of the host that is not ours becomes null, as in what is compiled. */
export function toRoutes(routes: readonly IpRouteJson[], netns: string | null): Route[] {
  return routes.map((route) => ({
    netns,
    ...(route.type === 'local' ? { type: route.type } : {}),
    destination: route.dst === 'default' || route.dst.includes('/') ? route.dst : `${route.dst}/32`,
    via: route.gateway ?? null,
    device: route.dev !== undefined && (netns !== null || isOurLink(route.dev)) ? route.dev : null,
    scope: SCOPES.find((scope) => scope === route.scope) ?? 'global',
    onlink: route.flags?.includes('onlink') ?? false,
    source: route.prefsrc ?? null,
  }));
}

/** Routes to what is on links of ours, of those that `ip -j route show table main proto kernel` prints. */
export function toConnectedRoutes(routes: readonly IpRouteJson[]): Route[] {
  return toRoutes(
    routes.filter(({ dev }) => dev !== undefined && isOurLink(dev)),
    null,
  ).map((route) => ({ ...route, connected: true }));
}

/** Permanent neighbour entries: on the host those of our links, in a pod all. */
export function toNeighbours(neighbours: readonly IpNeighbourJson[], netns: string | null): Neighbour[] {
  return neighbours
    .filter((entry) => entry.lladdr !== undefined && entry.state?.includes('PERMANENT') && (netns !== null || isOurLink(entry.dev)))
    .map((entry) => ({ netns, device: entry.dev, ip: entry.dst, mac: entry.lladdr ?? '' }));
}
