import {
  byKey,
  carriesDatagrams,
  destinationKey,
  frontendKey,
  type IpvsDestination,
  type IpvsService,
  keyOf,
  type LinkAddress,
  type NodeConfig,
  namingSets,
} from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';

/** A destination that gets no new connection any more; null when it has none left, as far as is known. */
function going(destination: IpvsDestination): IpvsDestination | null {
  return destination.weight === 0 && destination.connections === 0 ? null : { ...destination, weight: 0 };
}

const isGoing = (destination: IpvsDestination | null): destination is IpvsDestination => destination !== null;

/**
 * True when destinations of a service can be kept without a share of new connections. Whoever sends datagrams would be led to a dead endpoint for ever; `dh` asks
 * only the one that an address hashes to and refuses when that is going.
 */
function drains({ frontend, scheduler }: IpvsService): boolean {
  return !carriesDatagrams(frontend) && scheduler !== 'dh';
}

function withGoing(wanted: IpvsService, there: IpvsService | undefined): IpvsService {
  if (there === undefined || there === wanted || !drains(wanted)) return wanted;
  const { destinations: has } = wanted;
  if (there.destinations.every(({ ip, port }, at) => ip === has[at]?.ip && port === has[at]?.port)) return wanted;
  const stays = new Set(wanted.destinations.map(destinationKey));
  const left = there.destinations
    .filter((destination) => !stays.has(destinationKey(destination)))
    .map(going)
    .filter(isGoing);
  if (left.length === 0) return wanted;
  const destinations = [...wanted.destinations, ...left].sort((a, b) => (destinationKey(a) < destinationKey(b) ? -1 : 1));
  return { ...wanted, destinations };
}

const hostPart = (cidr: string) => cidr.split('/')[0] ?? cidr;

/** What IPVS still needs on a node that has got another backend: connections that it has translated are known to nobody else. */
function afterIpvs(desired: NodeConfig, observed: NodeConfig): NodeConfig {
  const ipvs = observed.ipvs
    .map((service) => ({ ...service, destinations: service.destinations.map(going).filter(isGoing) }))
    .filter(({ destinations }) => destinations.length > 0);
  if (ipvs.length === 0) return desired;
  const served = new Set(ipvs.flatMap(({ frontend }) => ('fwmark' in frontend ? [] : [frontend.address])));
  const byMark = ipvs.some(({ frontend }) => 'fwmark' in frontend);
  const needed = ({ device, cidr }: LinkAddress) => device === IPVS_LINK_NAME && (byMark || served.has(hostPart(cidr)));
  return {
    ...desired,
    ipvs,
    ipsets: namingSets(observed.ipsets, ipvs),
    links: byKey(keyOf.links, [...desired.links, ...observed.links.filter(({ name }) => name === IPVS_LINK_NAME)]),
    routes: byKey(keyOf.routes, [...desired.routes, ...observed.routes.filter(({ type }) => type === 'local')]),
    addresses: byKey(keyOf.addresses, [...desired.addresses, ...observed.addresses.filter(needed)]),
  };
}

/**
 * What a host is to be brought to while connections of IPVS go on that nobody wants to be made any more: what is desired, and the destinations that still have
 * connections, with weight 0. How many they have is known where the host was looked at; where it was not, they are kept until it is. Nothing has to be
 * remembered for it: a destination of weight 0 that is not desired is one that is going. Without any backend nothing is kept.
 */
export function withDraining(desired: NodeConfig, observed: NodeConfig): NodeConfig {
  if (observed.ipvs.length === 0 || observed.ipvs === desired.ipvs) return desired;
  if (desired.ipsets.length === 0) return desired.nft === null && desired.iptables === null ? desired : afterIpvs(desired, observed);
  const there = new Map(observed.ipvs.map((service) => [frontendKey(service.frontend), service]));
  const ipvs = desired.ipvs.map((service) => withGoing(service, there.get(frontendKey(service.frontend))));
  return ipvs.every((service, at) => service === desired.ipvs[at]) ? desired : { ...desired, ipvs };
}
