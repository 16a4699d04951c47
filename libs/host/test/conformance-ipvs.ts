import { compile } from '@weft/compiler';
import { type CommandErrorCode, codeOf } from '@weft/host';
import { EMPTY_CONFIG, type IpvsService, type NodeConfig, type Step } from '@weft/kernel';
import { applyConfig, diff, type Host } from '@weft/reconcile';
import { desired, endpoint, node, plan, pod, sctp, service, tcp, udp } from '@weft/testing/desired';
import { expect } from 'vitest';

const pods = [pod(1), pod(2)];
const [own, other, far] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1)];
const LB = '203.0.113.10';

const on = (backend: 'ipvs' | 'nftables' | 'iptables', services: Parameters<typeof desired>[0]['services']): NodeConfig =>
  compile(desired({ pods, services, nodes: [node(1, { backend }), node(2)], cluster: { externalCidrs: ['203.0.113.0/24'] } }), 'node_1');

const many = [
  service(1, [tcp(80, [own, far], { nodePort: 30080 }), udp(53, [far])]),
  service(2, [sctp(80, [far]), tcp(80, [])], { scheduler: 'mh', sessionAffinity: 'ClientIP' }),
  service(3, [tcp(80, [other, far], { nodePort: 30081 })], {
    externalTrafficPolicy: 'Local',
    loadBalancerIPs: [LB],
    loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.1/32'],
  }),
  service(4, [tcp(80, [far])], { internalTrafficPolicy: 'Local' }),
];

/** Configurations that a host with ip_vs is led through, each from the one before. */
export const IPVS_WALK: readonly (readonly [string, NodeConfig])[] = [
  ['no services', on('ipvs', [])],
  ['everything that services can ask for', on('ipvs', many)],
  ['other endpoints', on('ipvs', [service(1, [tcp(80, [far, other]), udp(53, [own])]), ...many.slice(1)])],
  ['weights', on('ipvs', [service(1, [tcp(80, [endpoint(own, { weight: 3 }), far])]), ...many.slice(2)])],
  ['another scheduler', on('ipvs', [service(1, [tcp(80, [own, far])], { scheduler: 'sh', sessionAffinity: 'ClientIP' })])],
  ['services on nftables', on('nftables', many)],
  ['services on ipvs again', on('ipvs', many)],
  ['services on iptables', on('iptables', [...many.slice(0, 1), ...many.slice(2)])],
  ['services on ipvs, from iptables', on('ipvs', many)],
  ['nothing', EMPTY_CONFIG],
];

const observe = (host: Host, like: NodeConfig) => host.observe(like.sysctls, { pods: true });

async function become(host: Host, config: NodeConfig): Promise<void> {
  expect((await applyConfig(host, config, await observe(host, config))).failure).toBeNull();
}

/** The walk for a kernel that has no nftables. */
export const WALK_WITHOUT_NFTABLES = IPVS_WALK.filter(([, { nft }]) => nft === null);

/** Leads a host through a walk: after each step, and a second look at what had new connections until then, it is what it should be. */
export async function expectIpvsWalk(host: Host, walk = IPVS_WALK): Promise<void> {
  for (const [name, config] of walk) {
    await become(host, config);
    await become(host, config);
    const observed = await observe(host, config);
    expect(observed, name).toEqual(config);
    expect(diff(config, observed), name).toEqual([]);
  }
}

const frontend = { protocol: 'tcp', address: '198.19.0.1', port: 80 } as const;
const destination = { ip: far, port: 8080, weight: 1, forwarding: 'masq' } as const;
const virtual: IpvsService = { frontend, scheduler: 'rr', flags: [], persistence: null, destinations: [] };
const set = { name: 'WEFT-A', type: 'hash:ip,port', skbinfo: false } as const;

const made: readonly Step[] = [
  { tool: 'ipset', ops: [{ op: 'create', set }] },
  {
    tool: 'ipvs',
    ops: [
      { op: 'service-add', service: virtual },
      { op: 'destination-add', frontend, destination },
    ],
  },
];

/** Steps that a host must refuse after `made`, and how. */
export const IPVS_REFUSALS: readonly (readonly [string, Step, CommandErrorCode])[] = [
  ['a service that exists', { tool: 'ipvs', ops: [{ op: 'service-add', service: virtual }] }, 'exists'],
  [
    'removing a service that is not there',
    { tool: 'ipvs', ops: [{ op: 'service-delete', frontend: { ...frontend, port: 81 } }] },
    'not-found',
  ],
  ['a destination that exists', { tool: 'ipvs', ops: [{ op: 'destination-add', frontend, destination }] }, 'exists'],
  [
    'changing a destination that is not there',
    { tool: 'ipvs', ops: [{ op: 'destination-edit', frontend, destination: { ...destination, port: 1 } }] },
    'not-found',
  ],
  [
    'a destination of a service that is not there',
    { tool: 'ipvs', ops: [{ op: 'destination-add', frontend: { ...frontend, port: 81 }, destination }] },
    'not-found',
  ],
  ['a set of another kind', { tool: 'ipset', ops: [{ op: 'create', set: { ...set, type: 'hash:ip' } }] }, 'exists'],
  [
    'an element of a set that is not there',
    { tool: 'ipset', ops: [{ op: 'add', name: 'WEFT-B', elements: ['1.2.3.4,tcp:1'] }] },
    'not-found',
  ],
];

/** A host on which `made` was done refuses the step with the right word. */
export async function expectIpvsRefusal(host: Host, step: Step, code: CommandErrorCode): Promise<void> {
  for (const before of made) expect((await host.run(before)).stderr).toBe('');
  const outcome = await host.run(step);
  expect(outcome.exitCode).not.toBe(0);
  expect(codeOf(outcome.stderr), outcome.stderr).toBe(code);
}

/** A line that fails keeps no other from being done, and an element that is there already is no failure. */
export async function expectOneBadServiceDoesNotStopOthers(host: Host): Promise<void> {
  const step: Step = {
    tool: 'ipset',
    ops: [
      { op: 'create', set },
      { op: 'add', name: set.name, elements: ['198.19.0.1,tcp:80', '198.19.0.1,tcp:81'] },
    ],
  };
  for (const again of [step, step]) expect((await host.run(again)).exitCode).toBe(0);
  const second = { ...virtual, frontend: { ...frontend, port: 81 } };
  const ops = [virtual, virtual, second].map((one) => ({ op: 'service-add', service: one }) as const);
  expect((await host.run({ tool: 'ipvs', ops })).exitCode).not.toBe(0);
  expect((await observe(host, EMPTY_CONFIG)).ipvs).toEqual([virtual, second]);
}
