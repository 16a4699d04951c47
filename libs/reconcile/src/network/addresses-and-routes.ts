import { type IpOp, keyOf, type NodeConfig, type Route } from '@weft/kernel';
import { type Changes, changes } from '../changes.ts';

type Listed = 'addresses' | 'routes' | 'neighbours';

/** What has to be done to addresses, routes and neighbours of the host and of all pods. */
export type NetworkChanges = { readonly [K in Listed]: Changes<NodeConfig[K][number]> };

/** Compares addresses, routes and neighbours. */
export function diffNetwork(desired: NodeConfig, observed: NodeConfig): NetworkChanges {
  return {
    addresses: changes(keyOf.addresses, desired.addresses, observed.addresses),
    routes: changes(keyOf.routes, desired.routes, observed.routes),
    neighbours: changes(keyOf.neighbours, desired.neighbours, observed.neighbours),
  };
}

/** The items that are in one namespace; null is the host's. */
export function within<T extends { readonly netns: string | null }>(netns: string | null, items: readonly T[]): T[] {
  return items.filter((item) => item.netns === netns);
}

// A gateway must be reachable before a route leads through it, and until none does.
const isVia = (route: Route) => (route.via === null ? 0 : 1);

/** Operations in one namespace that make addresses and neighbours. */
export function putNear(netns: string | null, { addresses, neighbours }: NetworkChanges): IpOp[] {
  return [
    ...within(netns, addresses.put).map((address): IpOp => ({ op: 'address-add', address })),
    ...within(netns, neighbours.put).map((neighbour): IpOp => ({ op: 'neighbour-replace', neighbour })),
  ];
}

/** Operations in one namespace that make routes; addresses, neighbours and forwarding entries that they use must be there. */
export function putRoutes(netns: string | null, { routes }: NetworkChanges): IpOp[] {
  return within(netns, routes.put)
    .sort((a, b) => isVia(a) - isVia(b))
    .map((route) => ({ op: 'route-replace', route }));
}

/** Operations in one namespace that take routes away. */
export function dropRoutes(netns: string | null, { routes }: NetworkChanges): IpOp[] {
  return within(netns, routes.drop)
    .sort((a, b) => isVia(b) - isVia(a))
    .map((route) => ({ op: 'route-delete', route }));
}

/** Operations in one namespace that take neighbours and addresses away; no route may need them any more. */
export function dropNear(netns: string | null, { addresses, neighbours }: NetworkChanges): IpOp[] {
  return [
    ...within(netns, neighbours.drop).map((neighbour): IpOp => ({ op: 'neighbour-delete', neighbour })),
    ...within(netns, addresses.drop).map((address): IpOp => ({ op: 'address-delete', address })),
  ];
}
