import { portsOf } from '@weft/compiler';
import type { DesiredNode, DesiredService, DesiredState } from '@weft/model';

/** Where UDP services are reached on a node, and where each of these ways leads: to endpoints as `address:port`, to none when nobody may be reached. */
export interface UdpFrontends {
  /** By `address:port`. */
  readonly byAddress: ReadonlyMap<string, ReadonlySet<string>>;
  readonly byNodePort: ReadonlyMap<number, ReadonlySet<string>>;
  /** Which of the node's own addresses node ports answer at. */
  readonly nodePortRanges: readonly string[];
}

/** No UDP service anywhere. */
export const NO_FRONTENDS: UdpFrontends = { byAddress: new Map(), byNodePort: new Map(), nodePortRanges: [] };

const EVERYWHERE = '0.0.0.0/0';

function rangesOf({ nodePortAddresses, address }: DesiredNode): string[] {
  if (nodePortAddresses.length === 0) return [EVERYWHERE];
  const primary = address === null ? [] : [`${address.split('/')[0]}/32`];
  return nodePortAddresses.flatMap((range) => (range === 'primary' ? primary : range));
}

function add<K>(to: Map<K, Set<string>>, key: K, destinations: readonly string[]): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, new Set(destinations));
  else for (const destination of destinations) known.add(destination);
}

/** True for a service with a UDP port. */
export const hasUdp = ({ ports }: DesiredService) => ports.some(({ protocol }) => protocol === 'UDP');

/**
 * The UDP frontends of a state on one of its nodes. What counts is who serves: that an endpoint is not the nearest any more is no reason to end a flow to it.
 * By external ways, the endpoints for clients outside and those for clients inside are taken together, for the same reason.
 */
export function udpFrontends({ nodes, services }: Pick<DesiredState, 'nodes' | 'services'>, nodeId: string): UdpFrontends {
  const byAddress = new Map<string, Set<string>>();
  const byNodePort = new Map<number, Set<string>>();
  const place = { node: nodeId, zone: null, zones: new Map<string, string>() };
  for (const service of services.filter(hasUdp))
    for (const port of portsOf({ ...service, trafficDistribution: null }, place)) {
      if (port.protocol !== 'udp') continue;
      const internal = port.internal.endpoints.map((endpoint) => `${endpoint.ip}:${endpoint.port}`);
      const external = [...port.external.endpoints, ...port.shortcut.endpoints].map((endpoint) => `${endpoint.ip}:${endpoint.port}`);
      add(byAddress, `${port.clusterIP}:${port.port}`, internal);
      for (const address of [...port.externalIPs, ...port.loadBalancerIPs]) add(byAddress, `${address}:${port.port}`, external);
      if (port.nodePort !== null) add(byNodePort, port.nodePort, external);
    }
  return { byAddress, byNodePort, nodePortRanges: nodes.filter(({ id }) => id === nodeId).flatMap(rangesOf) };
}

function together<K>(a: ReadonlyMap<K, ReadonlySet<string>>, b: ReadonlyMap<K, ReadonlySet<string>>): Map<K, ReadonlySet<string>> {
  const both = new Map(a);
  for (const [key, destinations] of b) both.set(key, new Set([...(a.get(key) ?? []), ...destinations]));
  return both;
}

/** Every frontend of two, with the destinations of both. */
export function mergeFrontends(a: UdpFrontends, b: UdpFrontends): UdpFrontends {
  return {
    byAddress: together(a.byAddress, b.byAddress),
    byNodePort: together(a.byNodePort, b.byNodePort),
    nodePortRanges: [...new Set([...a.nodePortRanges, ...b.nodePortRanges])],
  };
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string> | undefined) => a.size === b?.size && [...a].every((one) => b.has(one));

function sameSets<K>(a: ReadonlyMap<K, ReadonlySet<string>>, b: ReadonlyMap<K, ReadonlySet<string>>): boolean {
  return a.size === b.size && [...a].every(([key, set]) => sameSet(set, b.get(key)));
}

/** True when two are the same frontends, leading to the same endpoints. */
export function sameFrontends(a: UdpFrontends, b: UdpFrontends): boolean {
  const sameRanges = a.nodePortRanges.join() === b.nodePortRanges.join();
  return sameRanges && sameSets(a.byAddress, b.byAddress) && sameSets(a.byNodePort, b.byNodePort);
}
