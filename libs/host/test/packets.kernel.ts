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
