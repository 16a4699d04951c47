import type { KernelObject, ObjectOwner } from '@weft/model';
import { expect, it } from 'vitest';
import { hopsOf, type Known } from '../../src/traces/hops.ts';
import { began, left, met, PACKET, policy, rule, sighting, TRANSLATED } from './sightings.ts';

const WEB: ObjectOwner = { kind: 'service', id: 'svc_1', namespace: 'shop', name: 'web' };
const NODE_2: ObjectOwner = { kind: 'node', id: 'node_2', namespace: null, name: 'node-2' };
const DNAT = 'dnat ip to ip daddr . tcp dport map @endpoints';

const OWNED: readonly (readonly [KernelObject, ObjectOwner])[] = [
  [{ kind: 'nft-rule', place: 'table ip weft chain services', key: DNAT, text: DNAT }, WEB],
  ...['100.64.1.9 . 8080', '100.64.2.2 . 8080'].map(
    (to, lot) =>
      [
        {
          kind: 'nft-element',
          place: 'table ip weft map endpoints',
          key: `198.19.0.1 . tcp . 80 . 0.0.0.${lot}`,
          text: `198.19.0.1 . tcp . 80 . 0.0.0.${lot} : ${to}`,
        },
        WEB,
      ] as const,
  ),
  [{ kind: 'route', place: 'host', key: '100.64.2.0/24', text: 'route replace 100.64.2.0/24 dev wf-vxlan' }, NODE_2],
  [{ kind: 'fdb', place: 'host', key: 'wf-vxlan 02:00:00:00:00:02', text: 'fdb replace …' }, NODE_2],
  [{ kind: 'iptables-jump', place: 'table nat chain PREROUTING', key: '-j WEFT-SERVICES', text: '-A PREROUTING -j WEFT-SERVICES' }, NODE_2],
  [{ kind: 'iptables-chain', place: 'table nat', key: 'WEFT-B1', text: '-N WEFT-B1' }, WEB],
];

const KNOWN: Known = {
  node: () => ({
    objects: OWNED.map(([object]) => object),
    ownersOf: (object) => OWNED.flatMap(([one, owner]) => (one === object ? [owner] : [])),
  }),
  whoHas: (ip) => ({ '100.64.1.2': 'pod shop/basket', '100.64.2.2': 'pod shop/web-1' })[ip] ?? null,
};

const TUNNEL = {
  route: { found: true, type: 'unicast', device: 'wf-vxlan', gateway: '100.64.2.0', text: '100.64.2.2 via 100.64.2.0 dev wf-vxlan' },
  neighbour: { mac: '02:00:00:00:00:02', state: 'PERMANENT', text: '100.64.2.0 dev wf-vxlan lladdr 02:00:00:00:00:02 PERMANENT' },
  tunnel: { destination: '192.0.2.2', text: '02:00:00:00:00:02 dev wf-vxlan dst 192.0.2.2' },
} as const;

const lines = (...way: Parameters<typeof hopsOf>[0]) =>
  hopsOf(way, KNOWN).flatMap(({ node, steps }) =>
    steps.map(({ kind, hook, text, behind }) => {
      const owners = behind.map((one) => `${one.kind} of ${one.owners.map(({ name }) => name).join() || 'nobody'}`);
      return [node, hook ?? kind, text, ...owners].join(' | ');
    }),
  );

it('tells step by step how a packet is led from one node to another, and by whose things', () => {
  const first = sighting(
    [
      began(PACKET),
      met('ip weft', 'services', PACKET),
      rule('ip weft', 'services', DNAT, 'accept'),
      met('ip weft', 'masquerade', TRANSLATED),
      left(TRANSLATED),
    ],
    TUNNEL,
  );
  const second = sighting([began({ ...TRANSLATED, iif: 'wf-vxlan', oif: null }), left({ ...TRANSLATED, oif: 'weft0' })]);
  expect(lines({ node: 'node-1', sighting: first }, { node: 'node-2', sighting: second })).toEqual([
    'node-1 | start | tcp 100.64.1.2:20001 → 198.19.0.1:80 from pod shop/basket, by weft0',
    `node-1 | prerouting | ${DNAT} → accept | nft-rule of web | nft-element of web`,
    'node-1 | translate | 198.19.0.1:80 becomes 100.64.2.2:8080',
    'node-1 | route | 100.64.2.2 via 100.64.2.0 dev wf-vxlan | route of node-2',
    'node-1 | neighbour | 100.64.2.0 dev wf-vxlan lladdr 02:00:00:00:00:02 PERMANENT',
    'node-1 | tunnel | to 192.0.2.2: 02:00:00:00:00:02 dev wf-vxlan dst 192.0.2.2 | fdb of node-2',
    'node-1 | leave | by wf-vxlan',
    'node-2 | start | tcp 100.64.1.2:20001 → 100.64.2.2:8080 from pod shop/basket, by wf-vxlan',
    'node-2 | route | 100.64.2.2 dev weft0 | route of node-2',
    'node-2 | deliver | to pod shop/web-1',
  ]);
});

it('tells the element that led a packet where it went, among those that could have', () => {
  const events = [began(PACKET), met('ip weft', 'services', PACKET), rule('ip weft', 'services', DNAT, 'accept'), left(TRANSLATED)];
  const [hop] = hopsOf([{ node: 'node-1', sighting: sighting(events) }], KNOWN);
  expect(hop?.steps[1]?.behind.map(({ text }) => text)).toEqual([DNAT, '198.19.0.1 . tcp . 80 . 0.0.0.1 : 100.64.2.2 . 8080']);
});

it('knows rules of iptables by their chain, and says of rules of others that they are nobody’s', () => {
  const events = [
    began(PACKET),
    rule('ip nat', 'PREROUTING', 'counter packets 0 bytes 0 jump WEFT-SERVICES', 'jump WEFT-SERVICES'),
    rule('ip nat', 'WEFT-B1', 'counter packets 0 bytes 0 dnat to 100.64.2.2:8080', 'accept'),
    rule('inet firewall', 'guard', 'tcp dport 80 counter packets 3 bytes 180 drop', 'drop'),
  ];
  expect(lines({ node: 'node-1', sighting: sighting(events) }).slice(1)).toEqual([
    'node-1 | prerouting | jump WEFT-SERVICES | iptables-rule of node-2',
    'node-1 | prerouting | dnat to 100.64.2.2:8080 → accept | iptables-rule of web',
    'node-1 | prerouting | tcp dport 80 drop | nft-rule of nobody',
  ]);
});

it.each([
  ['a policy', [began(PACKET), policy('inet firewall', 'guard', 'drop')], {}, /^dropped by the policy of chain guard/],
  ['nothing that is told', [began(PACKET)], {}, /^kept by nothing/],
  ['the lack of a route', [began(PACKET)], { route: { found: false, text: 'Network is unreachable' } } as const, /^no route to 198.19.0.1/],
])('tells that a packet is stopped by %s', (_name, events, lookUps, text) => {
  const [hop] = hopsOf([{ node: 'node-1', sighting: sighting(events, lookUps) }], KNOWN);
  expect(hop?.steps.at(-1)).toMatchObject({ kind: 'stop', text: expect.stringMatching(text) });
});
