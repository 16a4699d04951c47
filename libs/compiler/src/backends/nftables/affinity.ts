import type { NftMap, NftRule } from '@weft/kernel';
import type { NftContribution, NftElement } from './contribution.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import type { Frontend, ReachedPort } from './frontends.ts';
import { PORTALS, type Portal } from './portals.ts';
import { textHash } from './text-hash.ts';
import { TRANSLATED } from './translated.ts';

/** Clients with their frontends that a node remembers at most, by address and by node port; about 100 bytes each. Further ones are not remembered. */
const CLIENTS_MAX = 262_144;

const PROTOCOL_NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

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

const memory = ({ memory: name, type }: Portal): NftMap => ({
  name,
  keyword: 'type',
  type: `ipv4_addr . ${type} : ipv4_addr`,
  size: CLIENTS_MAX,
  flags: ['dynamic', 'timeout'],
  comment: 'clients and the endpoints they stay with',
  elements: {},
});

const liveEndpoints = ({ liveEndpoints: name, type }: Portal): NftMap => ({
  name,
  keyword: 'type',
  type: `${type} . ipv4_addr : ipv4_addr . inet_service`,
  flags: [],
  comment: 'endpoints that remembered clients may go to',
  elements: {},
});

/**
 * Leads a client that is remembered to its endpoint, if that still is one: the address that is remembered is written into the packet, where it can be looked up
 * together with what the packet was for, and taken out again when nothing is found. nft has no way to look up what a lookup gave.
 */
const recall = ({ match, memory: from, liveEndpoints: to, recalled }: Portal): NftRule[] => [
  rule(`ip daddr set ip saddr . ${match} map @${from}`),
  rule(`dnat ip to ${recalled} map @${to}`),
  rule('ip daddr set ct original ip daddr'),
];

const LEARNERS = { service: 'service-learners', nodePort: 'node-port-learners' } as const;

const learners = (name: string, type: string): NftMap => ({
  name,
  keyword: 'type',
  type: `${type} : verdict`,
  flags: [],
  comment: 'ports whose clients are remembered: how',
  elements: {},
});

/** Deleted first, for an update keeps what an element already leads to. */
const remembers = (set: string, key: string, timeout: string, first = ''): NftRule[] => [
  rule(`${first}delete @${set} { ${key} : ip daddr }`),
  rule(`${first}update @${set} { ${key} timeout ${timeout} : ip daddr }`),
];

/**
 * Session affinity: who came within the timeout goes where it went before, as long as that is an endpoint. Which endpoint a client got is learnt from the packet
 * after translation. Both need no rules for a service that is reached by one address and port.
 */
export function affinity(): NftFragment {
  const { service, nodePort } = PORTALS;
  const portals = Object.values(PORTALS);
  const toLearning = [rule('ct state new ct status dnat jump learn')];
  return {
    maps: [
      memory(service),
      memory(nodePort),
      learners(LEARNERS.service, service.type),
      learners(LEARNERS.nodePort, nodePort.type),
      ...portals.map(liveEndpoints),
    ],
    rules: {
      ...Object.fromEntries(portals.map((portal) => [portal.recall, recall(portal)])),
      'after-nat-prerouting': toLearning,
      'after-nat-output': toLearning,
      learn: [
        rule(`${TRANSLATED.service} vmap @${LEARNERS.service}`),
        rule(`ct original ip daddr != @service-cidrs ${TRANSLATED.nodePort} vmap @${LEARNERS.nodePort}`),
      ],
    },
  };
}

/** Ports whose clients are remembered together: each by itself, or all of a service. */
function groups(ports: readonly ReachedPort[]): (readonly ReachedPort[])[] {
  const sticky = ports.filter((port) => port.affinity !== null);
  return sticky[0]?.affinity?.scope === 'Service' ? [sticky] : sticky.map((port) => [port]);
}

const isNodePort = ({ portal }: Frontend) => portal.memory === PORTALS.nodePort.memory;

/** What is learnt at one of several ways in is known at all of them: an element for each. */
function everywhere(ways: readonly { frontend: Frontend; protocol: ReachedPort['protocol'] }[], timeout: string): NftRule[] {
  return ways.flatMap(({ frontend, protocol }) => {
    const key = frontend.key.replace(protocol, `${PROTOCOL_NUMBERS[protocol]}`);
    return remembers(frontend.portal.memory, `ip saddr . ${key}`, timeout);
  });
}

function learnt(group: readonly ReachedPort[]): NftContribution {
  const timeout = nftTime(group[0]?.affinity?.timeoutSeconds ?? 0);
  const ways = group.flatMap((port) =>
    port.frontends.filter(({ portal }) => !portal.outside).map((frontend) => ({ frontend, protocol: port.protocol, label: port.label })),
  );
  const alone = ways.length === 1;
  const rules = alone
    ? remembers(PORTALS.service.memory, `ip saddr . ${TRANSLATED.key}`, timeout, `${TRANSLATED.transport} `)
    : everywhere(ways, timeout);
  // Named by what it does: a chain of this name is the same wherever it stands.
  const chain = alone ? `learn-${timeout}` : `learn-${textHash(rules.map(({ text }) => text).join()).toString(16)}`;
  return {
    elements: ways.map(({ frontend, label }): NftElement => {
      const into = isNodePort(frontend) ? LEARNERS.nodePort : LEARNERS.service;
      return { into, key: labelled(frontend.key, label), data: `goto ${chain}` };
    }),
    needs: [{ kind: 'chain', is: { name: chain, hook: null, rules } }],
  };
}

/** Where remembered clients of a port may go. Of endpoints at one address the first: an address is what is remembered. */
function sticky(port: ReachedPort): NftElement[] {
  return port.frontends.flatMap(({ portal, key, to }) => {
    const byAddress = new Map([...to.endpoints].reverse().map((endpoint) => [endpoint.ip, endpoint]));
    return to.endpoints
      .filter((endpoint) => byAddress.get(endpoint.ip) === endpoint)
      .map(({ ip, port: number }) => ({
        into: portal.liveEndpoints,
        key: labelled(`${key} . ${ip}`, port.label),
        data: `${ip} . ${number}`,
      }));
  });
}

/** What remembering the clients of a service's ports adds. */
export function remembered(ports: readonly ReachedPort[]): NftContribution[] {
  return groups(ports).flatMap((group) => [learnt(group), { elements: group.flatMap(sticky), needs: [] }]);
}
