import type { NftMap, NftRule } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';

/** A way in to services: what its packets are told apart by. */
interface Portal {
  readonly name: string;
  readonly ports: { readonly map: string; readonly type: string; readonly comment: string };
  /** Expressions whose values, joined, are a key of the portal's maps. */
  readonly match: string;
  /** The key of a port, null when the portal does not lead to it. */
  key(port: ServicePort): string | null;
}

const CLUSTER_IP: Portal = {
  name: 'service',
  ports: { map: 'service-ports', type: 'ipv4_addr . inet_proto . inet_service', comment: 'service address and port: how many endpoints' },
  match: 'ip daddr . meta l4proto . th dport',
  key: ({ clusterIP, protocol, port }) => `${clusterIP} . ${protocol} . ${port}`,
};

const NODE_PORT: Portal = {
  name: 'node-port',
  ports: { map: 'node-ports', type: 'inet_proto . inet_service', comment: 'node port: how many endpoints' },
  match: 'meta l4proto . th dport',
  key: ({ protocol, nodePort }) => (nodePort === null ? null : `${protocol} . ${nodePort}`),
};

/** Matches packets to an address of this node at which node ports answer. */
export const LOCAL_ADDRESS = 'fib daddr type local ip daddr != 127.0.0.0/8';

interface PickMap extends NftMap {
  readonly elements: Record<string, string>;
}

/** What endpoints are looked up by among ports with `count` of them: the portal's key and a lot drawn, unless there is nothing to choose. */
const lookup = ({ match }: Portal, count: number) => (count === 1 ? match : `${match} . numgen random mod ${count}`);

/** The map that ports with `count` endpoints share. */
function endpointMap(portal: Portal, count: number): PickMap {
  return {
    name: `${portal.name}-endpoints-${count}`,
    keyword: 'typeof',
    type: `${lookup(portal, count)} : ip daddr . th dport`,
    flags: [],
    comment: null,
    elements: {},
  };
}

function fill(map: PickMap, key: string, endpoints: ServicePort['internal']['endpoints']): void {
  for (const [slot, { ip, port }] of endpoints.entries())
    map.elements[endpoints.length === 1 ? key : `${key} . ${slot}`] = `${ip} . ${port}`;
}

/**
 * Leads a portal's packets to endpoints with a number of rules that does not depend on the number of services: one map says how many endpoints
 * a port has, one chain and one map for each such number say which. `first` is done in those chains before the address is changed.
 */
function dispatch(portal: Portal, ports: readonly ServicePort[], first: string): NftFragment {
  const verdicts: Record<string, string> = {};
  const maps = new Map<number, PickMap>();
  const rules: Record<string, NftRule[]> = {};
  for (const port of ports) {
    const key = portal.key(port);
    const { endpoints } = port.internal;
    const count = endpoints.length;
    if (key === null || count === 0) continue;
    const pick = `${portal.name}-pick-${count}`;
    const map = maps.get(count) ?? endpointMap(portal, count);
    maps.set(count, map);
    rules[pick] ??= [rule(`${first}dnat ip to ${lookup(portal, count)} map @${map.name}`)];
    verdicts[labelled(key, port.label)] = `goto ${pick}`;
    fill(map, key, endpoints);
  }
  const { map: name, type, comment } = portal.ports;
  return {
    maps: [{ name, keyword: 'type', type: `${type} : verdict`, flags: [], comment, elements: verdicts }, ...maps.values()],
    rules,
  };
}

/** The way to services by their own address: a packet keeps its source, unless masquerading says otherwise. */
export function clusterIPs(ports: readonly ServicePort[]): NftFragment {
  const { maps, rules } = dispatch(CLUSTER_IP, ports, '');
  const jump = [rule('jump services')];
  return {
    maps,
    rules: { ...rules, 'nat-prerouting': jump, 'nat-output': jump, services: [rule(`${CLUSTER_IP.match} vmap @service-ports`)] },
  };
}

/**
 * The way to services by any address of the node but loopback's, whose replies could not be routed back. Always masqueraded: the
 * client must not get its answer from an endpoint that it never spoke to.
 */
export function nodePorts(ports: readonly ServicePort[], markForMasquerade: string): NftFragment {
  const { maps, rules } = dispatch(NODE_PORT, ports, `${markForMasquerade} `);
  return {
    maps,
    rules: {
      ...rules,
      services: [rule(`${LOCAL_ADDRESS} ${NODE_PORT.match} vmap @node-ports`, 'after services: at any address of this node')],
    },
  };
}
