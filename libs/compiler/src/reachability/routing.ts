import type { NodeConfig, Route } from '@weft/kernel';
import { type CrossingStep, contains, type DesiredNode, isOurLink, type KernelObject, networkOf, prefixLength } from '@weft/model';
import { hostOf } from '../network/peers.ts';
import type { KnownObjects } from '../packets/index.ts';
import { step } from './step.ts';

/** Stands for whichever link of the host leads to other hosts: it is not ours and has no name here. */
export const HOST_LINK = 'host link';

/** A route as a packet finds it. */
export interface Way {
  readonly destination: string;
  /** `local`: this host itself. `link`: on that link. `gateway`: by `via`. `default`: the host's own default route, of which we know no more. */
  readonly kind: 'local' | 'link' | 'gateway' | 'default';
  readonly device: string;
  readonly via: string | null;
  /** The source address that a route asks for. */
  readonly source: string | null;
  /** The route, or the address that made the kernel make one; nothing when it is the host's own. */
  readonly object: readonly KernelObject[];
}

const SPECIFICITY = (way: Way) => (way.kind === 'local' ? 64 : 0) + (way.destination === 'default' ? 0 : prefixLength(way.destination));

/** What a lookup came to, in a line to read. */
export function routeStep(place: 'pod' | 'host', to: string, { destination, kind, via, device, object }: Way): CrossingStep {
  const by = {
    local: 'is its own',
    link: `is on ${device}`,
    gateway: `goes by ${via} on ${device}`,
    default: 'goes by the default route of the host',
  }[kind];
  return step('route', `${place}: ${to} ${by}${destination === 'default' ? '' : ` (${destination})`}`, object);
}

/** What the host has by itself, as far as its address tells. */
function ownWays({ address }: DesiredNode): Way[] {
  const own = { device: HOST_LINK, via: null, source: null, object: [] };
  const rest = { ...own, destination: 'default', kind: 'default' } as const;
  if (address === null) return [rest];
  return [
    { ...own, destination: `${hostOf(address)}/32`, kind: 'local' },
    { ...own, destination: networkOf(address), kind: 'link', source: hostOf(address) },
    rest,
  ];
}

function wayOf(route: Route, object: readonly KernelObject[]): Way {
  const { type, destination, via, device, source } = route;
  return {
    destination,
    kind: type ?? (via === null ? 'link' : 'gateway'),
    device: device ?? (type === 'local' ? 'lo' : HOST_LINK),
    via,
    source,
    object,
  };
}

/** The routes of a node's namespaces: its own, and in pods those that addresses bring with them (ip-address(8)). A link that is down has none. */
export class Routing {
  readonly #ways: ReadonlyMap<string | null, readonly Way[]>;

  constructor(node: DesiredNode, { links, addresses, routes }: NodeConfig, objects: KnownObjects) {
    const up = new Set(
      links.filter((link) => link.up).flatMap((link) => [link.name, ...(link.kind === 'veth' ? [link.peer.netns + link.peer.name] : [])]),
    );
    const stands = (netns: string | null, device: string) =>
      netns !== null ? up.has(netns + device) : !isOurLink(device) || up.has(device);
    const place = (netns: string | null) => (netns === null ? 'host' : `netns ${netns}`);
    const ways = new Map<string | null, Way[]>([[null, ownWays(node)]]);
    const add = (netns: string | null, way: Way) => ways.set(netns, [...(ways.get(netns) ?? []), way]);
    for (const { netns, device, cidr } of addresses) {
      const object = objects.find('address', place(netns), `${device} ${cidr}`);
      const [ip = ''] = cidr.split('/');
      add(netns, { destination: `${ip}/32`, kind: 'local', device, via: null, source: null, object });
      if (netns !== null && prefixLength(cidr) < 32 && stands(netns, device)) {
        add(netns, { destination: networkOf(cidr), kind: 'link', device, via: null, source: ip, object });
      }
    }
    for (const route of routes) {
      const key = `${route.type === undefined ? '' : `${route.type} `}${route.destination}`;
      const way = wayOf(route, objects.find('route', place(route.netns), key));
      if (way.kind === 'local' || way.device === HOST_LINK || stands(route.netns, way.device)) add(route.netns, way);
    }
    for (const list of ways.values()) list.sort((a, b) => SPECIFICITY(b) - SPECIFICITY(a));
    this.#ways = ways;
  }

  /** The route that a packet to an address takes: of those that hold it the longest, and those to the host itself first (ip-rule(8)). */
  to(netns: string | null, address: string): Way | null {
    const ways = this.#ways.get(netns) ?? [];
    return ways.find(({ destination }) => destination === 'default' || contains(destination, address)) ?? null;
  }
}
