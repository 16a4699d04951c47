import { compile } from '@weft/compiler';
import type { NodeConfig } from '@weft/kernel';
import { type DesiredNode, type DesiredState, firstOf, nth } from '@weft/model';
import { desired, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';

const SECOND_BLOCK = '100.64.9.0/26';
const ports = [
  { name: null, containerPort: 8080, protocol: 'TCP' as const },
  { name: null, containerPort: 53, protocol: 'UDP' as const },
];

/** Settings of node 1 that a configuration may depend on. */
const ownNode: fc.Arbitrary<DesiredNode> = fc
  .record({
    podLink: fc.constantFrom('bridge' as const, 'routed' as const),
    backend: fc.constantFrom('nftables' as const, 'iptables' as const, 'ipvs' as const),
    mtu: fc.constantFrom(1500, 9000, null),
    secondBlock: fc.boolean(),
    address: fc.constantFrom('192.0.2.1/24', '192.0.2.1/25', null),
  })
  .map(({ secondBlock, ...changes }) => node(1, { ...changes, podBlocks: [plan.block(1), ...(secondBlock ? [SECOND_BLOCK] : [])] }));

const otherNodes = fc.subarray([
  node(2),
  node(3, { address: '198.51.100.3/24' }),
  node(4, { address: null }),
  node(5, { podBlocks: [plan.block(5), '100.64.77.0/24'] }),
]);

const pods = fc.subarray([
  ...[1, 2, 3, 4].map((number) => pod(number, { runtime: { type: number % 2 === 0 ? 'echo' : 'none' }, ports })),
  pod(7, { ip: nth(SECOND_BLOCK, 7) }),
]);

const services = fc.subarray([
  service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)], { nodePort: 30080 })]),
  service(2, [udp(53, [])]),
  service(3, [tcp(80, [plan.pod(1, 2)]), tcp(443, [plan.pod(1, 2), plan.pod(3, 1), plan.pod(2, 2)], { name: 'https' })]),
]);

const cluster = fc.record({
  overlay: fc.constantFrom('auto' as const, 'vxlan' as const, 'direct' as const),
  vxlan: fc.constantFrom({ vni: 7070, port: 4789 }, { vni: 9, port: 4790 }),
});

/** Desired states of node 1 that differ in everything a fleet's owner can change. */
export const states: fc.Arbitrary<DesiredState> = fc
  .record({ own: ownNode, others: otherNodes, pods, services, cluster })
  .map(({ own, others, ...rest }) => desired({ ...rest, nodes: [own, ...others] }));

/** A state compiled for node 1. */
export const compiled = (state: DesiredState): NodeConfig => compile(state, 'node_1');

/** What a fake host has that is not ours: a LAN, a container engine's bridge, a namespace, routes, rules, a virtual service. */
export const FOREIGN = {
  netns: [{ name: 'cni-1234' }],
  links: [
    { kind: 'bridge', netns: null, name: 'eth0', mtu: 1500, mac: '02:00:00:00:00:99', up: true },
    { kind: 'bridge', netns: null, name: 'docker0', mtu: 1500, mac: '02:42:00:00:00:01', up: true },
  ],
  addresses: [
    { netns: null, device: 'eth0', cidr: '192.0.2.1/24' },
    { netns: null, device: 'docker0', cidr: '172.17.0.1/16' },
  ],
  routes: [
    {
      netns: null,
      destination: '10.20.0.0/16',
      via: firstOf('192.0.2.254/32'),
      device: 'eth0',
      scope: 'global',
      onlink: false,
      source: null,
      protocol: 4,
    },
  ],
  neighbours: [{ netns: null, device: 'eth0', ip: '192.0.2.77', mac: '02:00:00:00:00:77' }],
  ipsets: [{ name: 'blocklist', type: 'hash:ip', skbinfo: false, elements: ['203.0.113.66'] }],
  ipvs: [
    {
      frontend: { protocol: 'tcp', address: '192.0.2.1', port: 443 },
      scheduler: 'wlc',
      flags: [],
      persistence: null,
      destinations: [{ ip: '192.0.2.80', port: 443, weight: 1, forwarding: 'gate' }],
    },
  ],
  nftTables: { 'ip docker': { family: 'ip', name: 'docker', sets: [], maps: [], chains: [] } },
  iptables: {
    tables: [
      { name: 'filter', chains: [{ name: 'DOCKER-USER', rules: ['-j RETURN'] }], jumps: [{ chain: 'FORWARD', rule: '-j DOCKER-USER' }] },
    ],
  },
} as const;
