import { plan, service, tcp } from '@weft/testing/desired';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, echoPod, type TestFleet } from './test-fleet.ts';

const own = plan.pod(1, 1);
const other = plan.pod(1, 2);
const near = plan.pod(2, 1);
const far = plan.pod(3, 1);

/** One service for each kind of endpoint, so that every answer is certain. */
const services = [
  service(1, [tcp(80, [own])]),
  service(2, [tcp(80, [other])]),
  service(3, [tcp(80, [near])]),
  service(4, [tcp(80, [far], { nodePort: 30080 })]),
];

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await createTestFleet();
});
afterAll(() => fleet.destroy());

const SETUPS = [
  { podLink: 'bridge', overlay: 'auto', backend: 'nftables' },
  { podLink: 'routed', overlay: 'auto', backend: 'nftables' },
  { podLink: 'bridge', overlay: 'vxlan', backend: 'nftables' },
  { podLink: 'routed', overlay: 'vxlan', backend: 'iptables' },
  { podLink: 'bridge', overlay: 'direct', backend: 'iptables' },
] as const;

/** Without an overlay the router would have to know the way to pods. */
const reachesFar = (overlay: string) => overlay !== 'direct';

// Each set-up is reached from the one before it: moving a live fleet is part of what is shown.
describe.each(SETUPS)('pods on $podLink, overlay $overlay, $backend', (spec) => {
  beforeAll(async () => {
    const applied = await fleet.apply({ ...spec, services });
    expect(applied.map(({ failure }) => failure)).toEqual([null, null, null]);
  });

  it('a pod reaches one on its node, under its own address', async () => {
    expect(await fleet.ask({ pod: 1 }, other)).toEqual([`default/pod-2 ${own}`]);
  });

  it('a pod reaches one on a node beside, under its own address', async () => {
    expect(await fleet.ask({ pod: 1 }, near)).toEqual([`default/pod-3 ${own}`]);
  });

  it('a pod reaches the world outside under its node’s address', async () => {
    expect(await fleet.ask({ pod: 1 }, plan.outside)).toEqual([`outside ${plan.host(1)}`]);
  });

  it('a node reaches its own pods and those beside', async () => {
    expect(await fleet.ask({ node: 1 }, own)).toEqual([expect.stringContaining('default/pod-1')]);
    expect(await fleet.ask({ node: 1 }, near)).toEqual([expect.stringContaining('default/pod-3')]);
  });

  it('a pod reaches a service on its node, on a node beside, and itself through one', async () => {
    expect(await fleet.ask({ pod: 1 }, plan.service(2), 80)).toEqual([`default/pod-2 ${own}`]);
    expect(await fleet.ask({ pod: 1 }, plan.service(3), 80)).toEqual([`default/pod-3 ${own}`]);
    expect(await fleet.ask({ pod: 1 }, plan.service(1), 80)).toEqual([expect.stringContaining('default/pod-1')]);
  });

  it('a node reaches a service on its own pods and those beside', async () => {
    expect(await fleet.ask({ node: 1 }, plan.service(1), 80)).toEqual([expect.stringContaining('default/pod-1')]);
    expect(await fleet.ask({ node: 1 }, plan.service(3), 80)).toEqual([expect.stringContaining('default/pod-3')]);
  });

  it.for(reachesFar(spec.overlay) ? [far] : [])(
    'a pod and a node reach a pod behind a router, %s, directly and through a service',
    async () => {
      expect(await fleet.ask({ pod: 1 }, far)).toEqual([`default/pod-4 ${own}`]);
      expect(await fleet.ask({ pod: 1 }, plan.service(4), 80)).toEqual([`default/pod-4 ${own}`]);
      expect(await fleet.ask({ node: 1 }, far)).toEqual([expect.stringContaining('default/pod-4')]);
      expect(await fleet.ask({ node: 1 }, plan.service(4), 80)).toEqual([expect.stringContaining('default/pod-4')]);
    },
  );

  it.for(reachesFar(spec.overlay) ? [far] : [])('the outside reaches a pod on another node, %s, through a node port', async () => {
    expect(await fleet.ask('outside', plan.host(1), 30080)).toEqual([expect.stringContaining('default/pod-4')]);
  });
});

describe('moving live pods', () => {
  it('from the bridge to routed and back keeps open connections', async () => {
    await fleet.apply({ podLink: 'bridge', overlay: 'auto', services });
    const rounds = 100;
    const talks = Promise.all([
      fleet.ask({ pod: 1 }, other, 8080, rounds),
      fleet.ask({ pod: 1 }, far, 8080, rounds),
      fleet.ask({ pod: 3 }, plan.service(2), 80, rounds),
      fleet.ask({ node: 2 }, far, 8080, rounds),
    ]);
    for (const podLink of ['routed', 'bridge'] as const)
      expect((await fleet.apply({ podLink, overlay: 'auto', services })).map(({ failure }) => failure)).toEqual([null, null, null]);
    expect((await talks).map((answers) => answers.length)).toEqual([rounds, rounds, rounds, rounds]);
  });
});

/** By which link a node sends to a pod. */
const linkTo = async (number: number, ip: string) =>
  / dev (\S+)/.exec((await fleet.nodes[number - 1]?.must(['ip', 'route', 'get', ip])) ?? '')?.[1];

describe('nodes that send on another way one after the other', () => {
  const on = (overlay: 'vxlan' | 'direct', ...numbers: number[]) => Object.fromEntries(numbers.map((number) => [number, { overlay }]));

  it.each([
    ['auto', {}, 'eth0', 'eth0'],
    ['auto', on('vxlan', 2), 'eth0', 'wf-vxlan'],
    ['auto', on('vxlan', 1, 2), 'wf-vxlan', 'wf-vxlan'],
    ['vxlan', on('direct', 1), 'eth0', 'wf-vxlan'],
    ['vxlan', on('direct', 1, 2), 'eth0', 'eth0'],
    ['direct', on('vxlan', 2), 'eth0', 'wf-vxlan'],
    ['auto', {}, 'eth0', 'eth0'],
  ] as const)('overlay %s with %j: every pod is reached both ways, and open connections go on', async (overlay, nodes, there, back) => {
    const rounds = 60;
    const talks = Promise.all([fleet.ask({ pod: 1 }, near, 8080, rounds), fleet.ask({ pod: 3 }, own, 8080, rounds)]);
    const applied = await fleet.apply({ podLink: 'bridge', overlay, nodes, services });
    expect(applied.map(({ failure }) => failure)).toEqual([null, null, null]);
    expect([await linkTo(1, near), await linkTo(2, own)]).toEqual([there, back]);
    expect(await fleet.ask({ pod: 1 }, near)).toEqual([`default/pod-3 ${own}`]);
    expect(await fleet.ask({ pod: 3 }, own)).toEqual([`default/pod-1 ${near}`]);
    expect((await talks).map((answers) => answers.length)).toEqual([rounds, rounds]);
  });
});

describe('the route of a node to its own pods', () => {
  const block = '100.64.1.0/24';
  const on1 = (...words: string[]) => fleet.nodes[0]?.must(['ip', 'route', ...words]);
  /** Routes to the block by the protocol that made them. */
  const routes = async () =>
    Object.fromEntries(
      await Promise.all(
        ['kernel', '87'].map(async (protocol) => [protocol, (await on1('show', 'exact', block, 'proto', protocol))?.trim()]),
      ),
    );
  const reached = async () => {
    expect(await fleet.ask({ node: 1 }, own)).toEqual([expect.stringContaining('default/pod-1')]);
    expect(await fleet.ask({ pod: 3 }, own)).toEqual([`default/pod-1 ${near}`]);
  };

  // A version that knows of no such route deletes what bears our protocol number and leads there.
  it('is there still when the version before is put back in place', async () => {
    await fleet.apply({ podLink: 'bridge', overlay: 'auto', services });
    await on1('flush', 'exact', block, 'proto', '87');
    expect(await routes()).toEqual({ kernel: expect.stringContaining('dev weft0'), 87: '' });
    await reached();
  });

  it.each([
    ['deleted', ['del', block, 'dev', 'weft0']],
    ['replaced by one of our protocol', ['replace', block, 'dev', 'weft0', 'proto', '87', 'scope', 'link', 'src', '100.64.1.1']],
    ['replaced by a foreign one', ['replace', block, 'via', '192.0.2.254']],
  ])('comes back as the kernel made it when it was %s', async (_name, damage) => {
    const before = await routes();
    await on1(...damage);
    expect(await routes()).not.toEqual(before);
    await fleet.again();
    expect(await routes()).toEqual(before);
    await reached();
  });
});

describe('an address that comes round again', () => {
  it('leads to its new pod at once, for whoever remembers the old one', async () => {
    const spec = { podLink: 'bridge', overlay: 'auto', services } as const;
    await fleet.apply(spec);
    const askers = [{ pod: 1 }, { node: 1 }, { pod: 3 }] as const;
    const ask = () => Promise.all(askers.map((who) => fleet.ask(who, other)));
    expect(await ask()).toEqual(askers.map(() => [expect.stringContaining('default/pod-2')]));
    await fleet.apply({ ...spec, pods: [echoPod(1, own)] });
    const applied = await fleet.apply({ ...spec, pods: [echoPod(1, own), echoPod(5, other)] });
    expect(applied.map(({ failure }) => failure)).toEqual([null, null, null]);
    expect(await ask()).toEqual(askers.map(() => [expect.stringContaining('default/pod-5')]));
  });
});
