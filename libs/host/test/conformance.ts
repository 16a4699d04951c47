import { compile } from '@weft/compiler';
import { type CommandErrorCode, codeOf } from '@weft/host';
import { type ConfigPart, countingChain, EMPTY_CONFIG, holdAny, type Link, type NodeConfig, type Step, unchanged } from '@weft/kernel';
import type { DesiredState, KernelKind } from '@weft/model';
import { applyConfig, diff, type Host, withPodsOf } from '@weft/reconcile';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { expect } from 'vitest';

const echo = { runtime: { type: 'echo' }, ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }] } as const;
const pods = [pod(1), pod(2, { ...echo, ports: [...echo.ports] })];
const services = [service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)], { nodePort: 30080 })]), service(2, [tcp(80, [])])];
const far = node(3, { address: '198.51.100.3/24' });
const one = (state: DesiredState) => compile(state, 'node_1');

/** Configurations that a host is led through, each from the one before. */
export const WALK: readonly (readonly [string, NodeConfig])[] = [
  ['a node alone', one(desired({ nodes: [node(1)] }))],
  ['pods on the bridge', one(desired({ pods, nodes: [node(1), node(2)] }))],
  ['services', one(desired({ pods, services, nodes: [node(1), node(2)] }))],
  ['a node behind a router', one(desired({ pods, services, nodes: [node(1), node(2), far] }))],
  ['pods routed', one(desired({ pods, services, nodes: [node(1, { podLink: 'routed' }), node(2), far] }))],
  ['services on iptables', one(desired({ pods, services, nodes: [node(1, { backend: 'iptables', podLink: 'routed' }), node(2), far] }))],
  ['tunnels to all', one(desired({ pods, services, nodes: [node(1), node(2), far], cluster: { overlay: 'vxlan' } }))],
  ['another tunnel number', one(desired({ pods, nodes: [node(1), far], cluster: { overlay: 'vxlan', vxlan: { vni: 9, port: 4790 } } }))],
  ['no tunnels', one(desired({ pods: [pod(2)], nodes: [node(1), node(2)], cluster: { overlay: 'direct' } }))],
  ['other blocks', one(desired({ pods: [pod(7, { ip: '100.64.9.9' })], nodes: [node(1, { podBlocks: ['100.64.9.0/26'], mtu: 1400 })] }))],
  ['nothing', EMPTY_CONFIG],
];

const observe = (host: Host, like: NodeConfig, inside = true) => host.observe(like.sysctls, { pods: inside });

/** Leads a host through the walk: after each step it is what it should be, and there is nothing left to do. */
export async function expectWalk(host: Host): Promise<void> {
  for (const [name, config] of WALK) {
    const { failure } = await applyConfig(host, config, await observe(host, config));
    expect(failure, name).toBeNull();
    const observed = await observe(host, config);
    expect(observed, name).toEqual(config);
    expect(await host.observe(Promise.resolve(config.sysctls), { pods: true }), name).toEqual(config);
    expect(diff(config, observed), name).toEqual([]);
    expect(diff(config, withPodsOf(await observe(host, config, false), config)), name).toEqual([]);
  }
}

const KINDS: readonly (readonly KernelKind[])[] = [
  [],
  ['netns', 'fdb'],
  ['link'],
  ['address', 'neighbour'],
  ['route'],
  ['nft-element'],
  ['iptables-rule', 'ipset'],
  ['sysctl', 'workload'],
];

/** What is asked for by its kind is read as it is among everything. */
export async function expectKinds(host: Host): Promise<void> {
  const [, config] = WALK[2] as (typeof WALK)[number];
  await applyConfig(host, config, await observe(host, config));
  for (const kinds of KINDS.map((some) => new Set(some))) {
    const seen = await host.observe(config.sysctls, { pods: true, kinds });
    const parts = (Object.keys(config) as ConfigPart[]).filter((part) => holdAny([part], kinds));
    for (const part of parts) expect(seen[part], part).toEqual(config[part]);
  }
}

const bridge: Link = { kind: 'bridge', netns: null, name: 'wfbr', mtu: 1400, mac: '02:00:00:00:00:01', up: true };
const veth: Link = {
  ...bridge,
  kind: 'veth',
  name: 'wfveth',
  master: null,
  hairpin: false,
  peer: { netns: 'wf-a', name: 'eth0', mtu: 1400, mac: '02:00:00:00:00:02' },
};
const address = { netns: null, device: 'wfbr', cidr: '100.64.1.1/24' };
const neighbour = { netns: null, device: 'wfbr', ip: '100.64.1.9', mac: '02:00:00:00:00:03' };
const route = {
  netns: null,
  destination: '10.9.0.0/16',
  via: '100.64.1.7',
  device: 'wfbr',
  scope: 'global',
  onlink: false,
  source: null,
} as const;
const ip = (...ops: Extract<Step, { tool: 'ip' }>['ops']): Step => ({ tool: 'ip', netns: null, ops });
const made = [
  { tool: 'netns-add', names: ['wf-a'] },
  ip({ op: 'link-add', link: bridge }, { op: 'address-add', address }),
] as const satisfies Step[];
const chain = { name: 'WEFT-A', rules: ['-j WEFT-B'] };
const countingA = { name: countingChain('A'), rules: ['-p tcp'] };

/** Steps that a host must refuse after `made`, and how. */
export const REFUSALS: readonly (readonly [string, Step, CommandErrorCode])[] = [
  ['a namespace that exists', { tool: 'netns-add', names: ['wf-a'] }, 'exists'],
  ['removing a namespace that is not there', { tool: 'netns-delete', names: ['wf-b'] }, 'not-found'],
  ['a link that exists', ip({ op: 'link-add', link: bridge }), 'exists'],
  ['removing a link that is not there', ip({ op: 'link-delete', link: veth }), 'not-found'],
  ['changing a link that is not there', ip({ op: 'link-set', link: veth, setMac: false }), 'not-found'],
  ['a port of a bridge that is not there', ip({ op: 'link-add', link: { ...veth, master: 'wfno' } }), 'not-found'],
  ['an address that exists', ip({ op: 'address-add', address }), 'exists'],
  ['an address on a link that is not there', ip({ op: 'address-add', address: { ...address, device: 'wfno' } }), 'not-found'],
  ['removing an address that is not there', ip({ op: 'address-delete', address: { ...address, cidr: '100.64.3.1/24' } }), 'not-found'],
  ['a gateway that is not on the link', ip({ op: 'route-replace', route: { ...route, via: '10.1.1.1' } }), 'unknown'],
  ['a source that is not local', ip({ op: 'route-replace', route: { ...route, source: '10.1.1.1' } }), 'unknown'],
  ['removing a route that is not there', ip({ op: 'route-delete', route }), 'not-found'],
  ['removing a neighbour that is not there', ip({ op: 'neighbour-delete', neighbour }), 'not-found'],
  [
    'anything in a namespace that is not there',
    { tool: 'ip', netns: 'wf-b', ops: [{ op: 'address-add', address: { ...address, netns: 'wf-b' } }] },
    'not-found',
  ],
  [
    'a setting that does not exist',
    { tool: 'sysctl', netns: null, sysctls: [{ netns: null, key: 'net/ipv4/conf/wfno/rp_filter', value: '1' }] },
    'not-found',
  ],
  [
    'a forwarding entry on a link that is not there',
    { tool: 'bridge', ops: [{ op: 'fdb-replace', entry: { device: 'wfno', mac: bridge.mac, destination: '192.0.2.9' } }] },
    'not-found',
  ],
  [
    'an element of a set that is not there',
    {
      tool: 'nft',
      family: 'ip',
      table: 'weft',
      commands: [{ do: 'add-table' }, { do: 'add-elements', set: 'none', elements: ['1.2.3.4'] }],
    },
    'not-found',
  ],
  ['a jump to a chain that is not there', { tool: 'iptables', changes: [{ ...unchanged('filter'), rewrite: [chain] }] }, 'not-found'],
  [
    'taking away a rule that is not there',
    {
      tool: 'iptables',
      changes: [{ ...unchanged('mangle'), rewrite: [countingA], deleteRules: [{ chain: countingA.name, rule: '-p udp' }] }],
    },
    'not-found',
  ],
];

/** A host on which `made` was done refuses the step with the right word and is as it was. */
export async function expectRefusal(host: Host, step: Step, code: CommandErrorCode): Promise<void> {
  for (const before of made) expect((await host.run(before)).exitCode).toBe(0);
  const before = await observe(host, EMPTY_CONFIG);
  const outcome = await host.run(step);
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.stderr).not.toBe('');
  expect(codeOf(outcome.stderr), outcome.stderr).toBe(code);
  // A link that cannot get its master is there all the same: its creation was a line of its own.
  const after = await observe(host, EMPTY_CONFIG);
  expect({ ...after, links: [] }).toEqual({ ...before, links: [] });
}

/** One line of a batch that fails does not keep the others from being done. */
export async function expectOneFailureDoesNotStopOthers(host: Host): Promise<void> {
  const outcome = await host.run(ip({ op: 'link-delete', link: veth }, { op: 'link-add', link: bridge }));
  expect(outcome.exitCode).not.toBe(0);
  expect((await observe(host, EMPTY_CONFIG)).links).toEqual([bridge]);
}

/** What goes when a link or a namespace goes, and nothing else. */
export async function expectCascade(host: Host): Promise<void> {
  const [, config] = WALK[4] as (typeof WALK)[number];
  await applyConfig(host, config, await observe(host, config));
  const veths = config.links.filter(({ kind }) => kind === 'veth');
  const [first, second] = veths;
  if (first?.kind !== 'veth' || second?.kind !== 'veth') throw new Error('the walk has two pods at this place');
  await host.run(ip({ op: 'link-delete', link: first }));
  await host.run({ tool: 'netns-delete', names: [second.peer.netns] });
  const left = await observe(host, config);
  expect(left.links.filter(({ kind }) => kind === 'veth')).toEqual([]);
  expect(left.netns).toEqual([{ name: first.peer.netns }]);
  expect(left.addresses).toEqual(config.addresses.filter(({ netns }) => netns === null));
  expect(left.routes.map(({ destination }) => destination)).toEqual(['100.64.1.0/24', '100.64.2.0/24', '100.64.3.0/24', '198.19.0.0/16']);
  const again = await applyConfig(host, config, left);
  expect(again.failure).toBeNull();
  expect(await observe(host, config)).toEqual(config);
}

/** What somebody else did to the network is seen and repaired: links down, other MACs and MTUs, entries gone. */
export async function expectRepair(host: Host): Promise<void> {
  const [, config] = WALK[4] as (typeof WALK)[number];
  await applyConfig(host, config, await observe(host, config));
  const links = new Map(config.links.map((link) => [link.kind, link]));
  const [weft0, tunnel, pair] = [links.get('bridge'), links.get('vxlan'), links.get('veth')];
  const [entry] = config.fdb;
  if (!weft0 || !tunnel || pair?.kind !== 'veth' || !entry) throw new Error('the walk has one of each at this place');
  const damage: Step[] = [
    ip(
      { op: 'link-set', link: { ...weft0, mtu: 1300 }, setMac: false },
      { op: 'link-set', link: { ...tunnel, mac: '02:00:00:00:00:77' }, setMac: true },
    ),
    {
      tool: 'ip',
      netns: pair.peer.netns,
      ops: [{ op: 'peer-set', link: { ...pair, peer: { ...pair.peer, mac: '02:00:00:00:00:78' } }, setMac: true }],
    },
    { tool: 'bridge', ops: [{ op: 'fdb-delete', entry }] },
  ];
  for (const step of damage) await host.run(step);
  const damaged = await observe(host, config);
  expect(damaged.neighbours.length).toBeLessThan(config.neighbours.length);
  expect((await applyConfig(host, config, damaged)).failure).toBeNull();
  expect(await observe(host, config)).toEqual(config);
}
