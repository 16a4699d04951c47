import type { NftContribution, NftElement, NftMap, NftRule } from '@weft/kernel';
import { asAddress } from './as-address.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import type { ReachedPort } from './frontends.ts';
import { PORTALS, type Portal } from './portals.ts';
import { textHash } from './text-hash.ts';
import { TRANSPORT } from './transport.ts';

/** Clients that a node remembers at most, of all services; about 100 bytes each. Further ones are not remembered. */
const CLIENTS_MAX = 262_144;

const CLIENTS = 'client-endpoints';

/** Seconds as nft lists them: `10800` is `3h`. */
export function nftTime(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('');
}

const map = (name: string, type: string, comment: string): NftMap => ({ name, type, flags: [], comment, elements: {} });

/**
 * Leads a client that is remembered to its endpoint, if that still is one. nft 1.0.6 has no way to look up what a lookup gave; so what was found is written into
 * the packet's destination, from where it can be looked up together with what the packet was for, and taken out again when it leads nowhere. Who was with an
 * endpoint that is none any more is forgotten.
 */
const recall = ({ match, groups, endpoints, chosen }: Portal): NftRule[] => [
  rule(`ip daddr set ${match} map @${groups}`),
  rule(`ip daddr set ip saddr . ip daddr map @${CLIENTS}`),
  rule(`dnat ip to ${chosen} map @${endpoints}`),
  rule('ip daddr set ct original ip daddr'),
  rule(`ip daddr set ${match} map @${groups}`),
  rule(`delete @${CLIENTS} { ip saddr . ip daddr : ip daddr }`),
  rule('ip daddr set ct original ip daddr'),
];

/** Remembers the endpoint that a client got, or that it came again: an update of an element that is there keeps what it leads to. */
const learn = ({ translated, groups }: Portal, timeout: string): NftRule[] => [
  rule(`${TRANSPORT} ip daddr set ${translated} map @${groups}`),
  rule(`update @${CLIENTS} { ip saddr . ip daddr timeout ${timeout} : ct reply ip saddr }`),
  rule('ip daddr set ct reply ip saddr'),
];

/**
 * Session affinity: who came within the timeout goes where it went before, as long as that is an endpoint. Which endpoint a client got is learnt from connection
 * tracking after translation. A client is remembered for a group: a port with all ways to it, or a service with all its ports. No rule is a service's own.
 */
export function affinity(): NftFragment {
  const { service, nodePort } = PORTALS;
  const portals = Object.values(PORTALS);
  const toLearning = [rule('ct state new ct status dnat jump learn')];
  return {
    maps: [
      {
        ...map(CLIENTS, 'ipv4_addr . ipv4_addr : ipv4_addr', 'clients by group and the endpoints they stay with'),
        size: CLIENTS_MAX,
        flags: ['dynamic', 'timeout'],
      },
      ...[service, nodePort].flatMap(({ type, groups, learners }) => [
        map(groups, `${type} : ipv4_addr`, 'whom clients are remembered for, written as an address'),
        map(learners, `${type} : verdict`, 'for how long clients are remembered'),
      ]),
    ],
    rules: {
      ...Object.fromEntries(portals.map((portal) => [portal.recall, recall(portal)])),
      'after-nat-prerouting': toLearning,
      'after-nat-output': toLearning,
      learn: [
        rule(`${TRANSPORT} ${service.translated} vmap @${service.learners}`),
        rule(`ct original ip daddr != @service-cidrs ${TRANSPORT} ${nodePort.translated} vmap @${nodePort.learners}`),
      ],
    },
  };
}

/** What stands for a group in an address's place: the service's own address where clients are remembered for all of it, else one made of a hash. */
function groupOf(port: ReachedPort, ports: readonly ReachedPort[]): string {
  if (ports.length === 1 || port.affinity?.scope === 'Service') return port.clusterIP;
  return asAddress(textHash(`${port.serviceId} ${port.protocol} ${port.port}`));
}

function learnt(port: ReachedPort, group: string): NftContribution[] {
  const timeout = nftTime(port.affinity?.timeoutSeconds ?? 0);
  return port.frontends
    .filter(({ portal }) => !portal.outside)
    .map(({ portal, labelled: key }) => {
      const chain = `${portal.name}-learn-${timeout}`;
      return {
        elements: [
          { into: portal.groups, key, data: group },
          { into: portal.learners, key, data: `goto ${chain}` },
        ],
        chains: [{ name: chain, hook: null, rules: learn(portal, timeout) }],
      };
    });
}

/** Where remembered clients of a port may go. Of endpoints at one address the first: an address is what is remembered. */
function live({ frontends, label }: ReachedPort): NftElement[] {
  return frontends.flatMap(({ portal, key, to }) => {
    const byAddress = new Map([...to.endpoints].reverse().map((endpoint) => [endpoint.ip, endpoint]));
    return to.endpoints
      .filter((endpoint) => byAddress.get(endpoint.ip) === endpoint)
      .map(({ ip, port }) => ({ into: portal.endpoints, key: labelled(`${key} . ${ip}`, label), data: `${ip} . ${port}` }));
  });
}

/** What remembering the clients of a service's ports adds. */
export function remembered(ports: readonly ReachedPort[]): NftContribution[] {
  return ports
    .filter(({ affinity: asked }) => asked !== null)
    .flatMap((port) => [...learnt(port, groupOf(port, ports)), { elements: live(port), chains: [] }]);
}
