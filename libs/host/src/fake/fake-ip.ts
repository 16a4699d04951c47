import { type BridgeOp, type IpOp, keyOf, type Link, ROUTE_PROTOCOL, type Route, type VethLink } from '@weft/kernel';
import { contains, networkOf, prefixLength } from '@weft/model';
import { withoutLinks, withoutNeighbours } from '@weft/reconcile';
import { asConfig, FakeRefusal, type FakeRoute, type FakeState, KERNEL_PROTOCOL, withNetwork } from './fake-state.ts';

const EXISTS = 'RTNETLINK answers: File exists';
const NOT_FOUND = 'RTNETLINK answers: No such file or directory';

const hostPart = (cidr: string) => cidr.split('/')[0] ?? cidr;

/** Link ends of a namespace by name. */
function hasDevice(state: FakeState, netns: string | null, name: string): boolean {
  return state.links.some(
    (link) =>
      (link.netns === netns && link.name === name) || (link.kind === 'veth' && link.peer.netns === netns && link.peer.name === name),
  );
}

function needDevice(state: FakeState, netns: string | null, name: string): void {
  if (!hasDevice(state, netns, name)) throw new FakeRefusal(`Cannot find device "${name}"`);
}

/** Refuses as `ip` does where there is no such namespace. */
export function needNetns(state: FakeState, name: string): void {
  if (!state.netns.some((netns) => netns.name === name))
    throw new FakeRefusal(`Cannot open network namespace "${name}": No such file or directory`);
}

function needMaster(state: FakeState, link: Link): void {
  if (link.kind === 'veth' && link.master !== null) needDevice(state, null, link.master);
}

/** An item put in place of the one with its key, or added. */
function put<T>(key: (item: T) => string, items: readonly T[], item: T): T[] {
  return [...items.filter((other) => key(other) !== key(item)), item];
}

function remove<T>(key: (item: T) => string, items: readonly T[], item: T, refusal: string): T[] {
  const left = items.filter((other) => key(other) !== key(item));
  if (left.length === items.length) throw new FakeRefusal(refusal);
  return left;
}

function addLink(state: FakeState, link: Link): FakeState {
  if (hasDevice(state, link.netns, link.name)) throw new FakeRefusal(EXISTS);
  if (link.kind === 'veth') {
    needNetns(state, link.peer.netns);
    if (hasDevice(state, link.peer.netns, link.peer.name)) throw new FakeRefusal(EXISTS);
  }
  needMaster(state, link);
  // The pod's end is down until it is set.
  return { ...state, links: [...state.links, link.kind === 'veth' ? { ...link, up: false } : link] };
}

/** A MAC that is set, even to what it is, takes the link's neighbours with it. */
function setMacs(state: FakeState, setMac: boolean, end: { readonly netns: string | null; readonly name: string }): FakeState {
  return setMac ? withNetwork(state, withoutNeighbours(asConfig(state), [end])) : state;
}

function setLink(state: FakeState, link: Link, setMac: boolean): FakeState {
  needDevice(state, link.netns, link.name);
  needMaster(state, link);
  const found = state.links.find((other) => keyOf.links(other) === keyOf.links(link)) as Link;
  if (found.kind !== link.kind) throw new FakeRefusal('RTNETLINK answers: Operation not supported');
  const base = { mtu: link.mtu, mac: setMac ? link.mac : found.mac };
  const changed =
    found.kind === 'veth' && link.kind === 'veth'
      ? { ...found, ...base, master: link.master, hairpin: link.hairpin }
      : { ...found, ...base, up: link.up };
  return { ...setMacs(state, setMac, link), links: put(keyOf.links, state.links, changed as Link) };
}

function setPeer(state: FakeState, link: VethLink, setMac: boolean): FakeState {
  needDevice(state, link.peer.netns, link.peer.name);
  const found = state.links.find((other): other is VethLink => other.kind === 'veth' && other.peer.netns === link.peer.netns) as VethLink;
  const peer = { ...link.peer, mac: setMac ? link.peer.mac : found.peer.mac };
  return { ...setMacs(state, setMac, link.peer), links: put<Link>(keyOf.links, state.links, { ...found, peer, up: link.up }) };
}

function deleteLink(state: FakeState, link: Link): FakeState {
  needDevice(state, link.netns, link.name);
  const gone = state.links.filter((other) => other.netns === link.netns && other.name === link.name);
  return withNetwork(state, withoutLinks(asConfig(state), gone));
}

function reachable(state: FakeState, { netns, via, device, onlink }: Route): boolean {
  if (via === null || onlink) return true;
  const near = <T extends { readonly netns: string | null; readonly device: string | null }>(items: readonly T[]) =>
    items.filter((item) => item.netns === netns && (device === null || item.device === device));
  return (
    near(state.addresses).some(({ cidr }) => contains(networkOf(cidr), via)) ||
    near(state.routes).some((route) => route.via === null && route.destination !== 'default' && contains(route.destination, via))
  );
}

const protocolOf = ({ connected }: Route) => (connected ? KERNEL_PROTOCOL : ROUTE_PROTOCOL);

function replaceRoute(state: FakeState, route: Route): FakeState {
  if (route.device !== null) needDevice(state, route.netns, route.device);
  if (!reachable(state, route)) throw new FakeRefusal('Error: Nexthop has invalid gateway.');
  const local = state.addresses.some(({ netns, cidr }) => netns === route.netns && hostPart(cidr) === route.source);
  if (route.source !== null && !local) throw new FakeRefusal('Error: Invalid prefsrc address.');
  return { ...state, routes: put<FakeRoute>(keyOf.routes, state.routes, { ...route, protocol: protocolOf(route) }) };
}

/** An address that goes takes the routes with it that have it as their source, unless another prefix still holds it. */
function deleteAddress(state: FakeState, address: FakeState['addresses'][number]): FakeState {
  const addresses = remove(keyOf.addresses, state.addresses, address, 'Error: ipv4: Address not found.');
  const ip = hostPart(address.cidr);
  const stays = addresses.some(({ netns, cidr }) => netns === address.netns && hostPart(cidr) === ip);
  const routes = stays ? state.routes : state.routes.filter(({ netns, source }) => netns !== address.netns || source !== ip);
  return { ...state, addresses, routes };
}

/** The route that the kernel makes with an address: to what is on its link, unless one leads there already. */
function connectedRoutes({ routes }: FakeState, { netns, device, cidr }: FakeState['addresses'][number]): FakeRoute[] {
  const there = { netns, destination: networkOf(cidr), via: null, device, scope: 'link', onlink: false, source: hostPart(cidr) } as const;
  const taken = prefixLength(cidr) === 32 || routes.some((route) => keyOf.routes(route) === keyOf.routes(there));
  return taken ? [] : [{ ...there, connected: true, protocol: KERNEL_PROTOCOL }];
}

function addAddress(state: FakeState, address: FakeState['addresses'][number]): FakeState {
  needDevice(state, address.netns, address.device);
  if (state.addresses.some((other) => keyOf.addresses(other) === keyOf.addresses(address)))
    throw new FakeRefusal('Error: ipv4: Address already assigned.');
  return { ...state, addresses: [...state.addresses, address], routes: [...state.routes, ...connectedRoutes(state, address)] };
}

/** What one operation of `ip` makes of a host. Throws FakeRefusal where the kernel would refuse. */
export function runIpOp(state: FakeState, op: IpOp): FakeState {
  switch (op.op) {
    case 'link-add':
      return addLink(state, op.link);
    case 'link-set':
      return setLink(state, op.link, op.setMac);
    case 'link-delete':
      return deleteLink(state, op.link);
    case 'peer-set':
      return setPeer(state, op.link, op.setMac);
    case 'address-add':
      return addAddress(state, op.address);
    case 'address-delete':
      return deleteAddress(state, op.address);
    case 'route-replace':
      return replaceRoute(state, op.route);
    case 'route-delete': {
      const of = protocolOf(op.route);
      const alike = state.routes.filter(({ protocol }) => protocol === of);
      const left = new Set(remove<Route>(keyOf.routes, alike, op.route, 'RTNETLINK answers: No such process'));
      return { ...state, routes: state.routes.filter((route) => route.protocol !== of || left.has(route)) };
    }
    case 'neighbour-replace':
      needDevice(state, op.neighbour.netns, op.neighbour.device);
      return { ...state, neighbours: put(keyOf.neighbours, state.neighbours, op.neighbour) };
    case 'neighbour-delete':
      return { ...state, neighbours: remove(keyOf.neighbours, state.neighbours, op.neighbour, NOT_FOUND) };
  }
}

/** What one operation of `bridge` makes of a host. Throws FakeRefusal where the kernel would refuse. */
export function runBridgeOp(state: FakeState, { op, entry }: BridgeOp): FakeState {
  needDevice(state, null, entry.device);
  if (op === 'fdb-replace') return { ...state, fdb: put(keyOf.fdb, state.fdb, entry) };
  return { ...state, fdb: remove(keyOf.fdb, state.fdb, entry, NOT_FOUND) };
}
