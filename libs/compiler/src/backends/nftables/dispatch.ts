import type { NftMap, NftRule } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import type { NftContribution, NftNeed } from './contribution.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import { TO_MARK } from './masquerade.ts';

/** A way in to services: what its packets are told apart by. */
interface Portal {
  readonly name: string;
  readonly ports: NftMap;
  /** Expressions whose values, joined, are a key of the portal's maps. */
  readonly match: string;
  /** Done before the address is changed. */
  readonly first: readonly NftRule[];
  /** The key of a port, null when the portal does not lead to it. */
  key(port: ServicePort): string | null;
}

const verdicts = (name: string, key: string, comment: string): NftMap => ({
  name,
  keyword: 'type',
  type: `${key} : verdict`,
  flags: [],
  comment,
  elements: {},
});

const CLUSTER_IP: Portal = {
  name: 'service',
  ports: verdicts('service-ports', 'ipv4_addr . inet_proto . inet_service', 'service address and port: how many endpoints'),
  match: 'ip daddr . meta l4proto . th dport',
  first: [],
  key: ({ clusterIP, protocol, port }) => `${clusterIP} . ${protocol} . ${port}`,
};

const NODE_PORT: Portal = {
  name: 'node-port',
  ports: verdicts('node-ports', 'inet_proto . inet_service', 'node port: how many endpoints'),
  match: 'meta l4proto . th dport',
  first: [TO_MARK],
  key: ({ protocol, nodePort }) => (nodePort === null ? null : `${protocol} . ${nodePort}`),
};

/** Matches packets to an address of this node at which node ports answer. */
export const LOCAL_ADDRESS = 'fib daddr type local ip daddr != 127.0.0.0/8';

/** What endpoints are looked up by among ports with `count` of them: the portal's key and a lot drawn, unless there is nothing to choose. */
const lookup = ({ match }: Portal, count: number) => (count === 1 ? match : `${match} . numgen random mod ${count}`);

const pickOf = ({ name }: Portal, count: number) => `${name}-pick-${count}`;
const endpointsOf = ({ name }: Portal, count: number) => `${name}-endpoints-${count}`;

/** The chain and the map that all ports with `count` endpoints share. */
function picking(portal: Portal, count: number): NftNeed[] {
  const type = `${lookup(portal, count)} : ip daddr . th dport`;
  const choice = rule(`dnat ip to ${lookup(portal, count)} map @${endpointsOf(portal, count)}`);
  return [
    { kind: 'map', is: { name: endpointsOf(portal, count), keyword: 'typeof', type, flags: [], comment: null } },
    { kind: 'chain', is: { name: pickOf(portal, count), hook: null, rules: [...portal.first, choice] } },
  ];
}

/**
 * Leads a portal's packets for a port to its endpoints with a number of rules that does not depend on the number of services: one map says how many endpoints
 * a port has, one chain and one map for each such number say which.
 */
function led(portal: Portal, port: ServicePort): NftContribution {
  const key = portal.key(port);
  const { endpoints } = port.internal;
  const count = endpoints.length;
  if (key === null || count === 0) return { elements: [], needs: [] };
  const into = endpointsOf(portal, count);
  return {
    elements: [
      { into: portal.ports.name, key: labelled(key, port.label), data: `goto ${pickOf(portal, count)}` },
      ...endpoints.map((to, slot) => ({ into, key: count === 1 ? key : `${key} . ${slot}`, data: `${to.ip} . ${to.port}` })),
    ],
    needs: picking(portal, count),
  };
}

const PORTALS: readonly Portal[] = [CLUSTER_IP, NODE_PORT];

/** What one service port adds to the ways to services. */
export function ways(port: ServicePort): NftContribution[] {
  return PORTALS.map((portal) => led(portal, port));
}

/**
 * The ways to services, by their own address: a packet keeps its source, unless masquerading says otherwise; and by any address of the node but
 * loopback's, whose replies could not be routed back: always masqueraded, as the client must not get its answer from an endpoint that it never spoke to.
 */
export function dispatch(): NftFragment {
  const jump = [rule('jump services')];
  return {
    maps: PORTALS.map(({ ports }) => ports),
    rules: {
      'nat-prerouting': jump,
      'nat-output': jump,
      services: [
        rule(`${CLUSTER_IP.match} vmap @service-ports`),
        rule(`${LOCAL_ADDRESS} ${NODE_PORT.match} vmap @node-ports`, 'after services: at any address of this node'),
      ],
    },
  };
}
