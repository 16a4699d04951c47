import { renderIptablesRestore, renderNft } from '@weft/kernel';
import { diffIptables, diffNft } from '@weft/reconcile';
import { desired, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import type { TestNetns } from '@weft/testing/netns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { CLIENT, createWorld, type Party, type World } from './packets/world.ts';

const [pod1, pod2] = [plan.pod(1, 1), plan.pod(1, 2)];

const state = desired({
  pods: [pod(1), pod(2)],
  services: [
    service(1, [tcp(80, [pod2], { nodePort: 30080 }), udp(53, [pod2], { nodePort: 30053 })]),
    service(2, [tcp(80, [pod1, pod2])]),
    service(3, [tcp(80, [], { nodePort: 30081 }), udp(53, [], { nodePort: 30054 })]),
    service(4, [tcp(80, [`${CLIENT}:8080`])]),
  ],
});

const compiled = (backend: 'nftables' | 'iptables') => ({
  nft: null,
  iptables: null,
  ...BACKENDS[backend].compile({ desired: state, node: node(1, { backend }) }),
});

const restore = (variant: string) => (netns: TestNetns) =>
  netns.must(
    [`iptables-${variant}-restore`, '-w', '10', '--noflush'],
    renderIptablesRestore(diffIptables(compiled('iptables').iptables, null)),
  );

/** Every way in which a node can be given its rules. */
const PROGRAMS = {
  nftables: (netns: TestNetns) => netns.must(['nft', '-f', '-'], renderNft(diffNft(compiled('nftables').nft, null), 'ip', 'weft')),
  'iptables, nft variant': restore('nft'),
  'iptables, legacy variant': restore('legacy'),
};

const NODE = '100.64.1.1';
const OUTSIDE_PARTIES: readonly Party[] = ['node', 'client'];
const EVERYBODY: readonly Party[] = ['node', 'client', 'pod-1'];

describe.each(Object.entries(PROGRAMS))('%s', (_, program) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await program(world.node);
  });
  afterAll(() => world.end());

  test('a pod reaches a service and is seen as itself', async () => {
    const answers = await world.ask('pod-1', [`tcp://${plan.service(1)}:80`, `udp://${plan.service(1)}:53`]);
    expect(answers).toEqual([`pod-2 ${pod1}`, `pod-2 ${pod1}`]);
  });

  test.each(OUTSIDE_PARTIES)('%s reaches a service and is seen as the node', async (party) => {
    const answers = await world.ask(party, [`tcp://${plan.service(1)}:80`, `udp://${plan.service(1)}:53`]);
    expect(answers).toEqual([`pod-2 ${NODE}`, `pod-2 ${NODE}`]);
  });

  test.each(EVERYBODY)('%s reaches a node port and is seen as the node', async (party) => {
    const answers = await world.ask(party, [`tcp://${plan.host(1)}:30080`, `udp://${plan.host(1)}:30053`]);
    expect(answers).toEqual([`pod-2 ${NODE}`, `pod-2 ${NODE}`]);
  });

  test('connections spread over the endpoints, and a pod that meets itself gets its answer', async () => {
    const answers = await world.ask(
      'pod-1',
      Array.from({ length: 40 }, () => `tcp://${plan.service(2)}:80`),
    );
    expect(new Set(answers)).toEqual(new Set([`pod-1 ${NODE}`, `pod-2 ${pod1}`]));
  });

  test('an endpoint outside the fleet sees the node, and so does everybody outside whom a pod reaches', async () => {
    const answers = await world.ask('pod-1', [`tcp://${plan.service(4)}:80`, `tcp://${CLIENT}:8080`]);
    expect(answers).toEqual([`client ${plan.host(1)}`, `client ${plan.host(1)}`]);
  });

  test.each(EVERYBODY)('%s is refused at once where nobody serves', async (party) => {
    const started = performance.now();
    const refused = [
      `tcp://${plan.service(3)}:80`,
      `tcp://${plan.service(3)}:80`,
      `tcp://${plan.service(3)}:80`,
      `tcp://${plan.service(1)}:81`,
      `tcp://${plan.host(1)}:30081`,
      `udp://${plan.service(3)}:53`,
      `udp://${plan.host(1)}:30054`,
    ];
    expect(await world.ask(party, refused)).toEqual(refused.map(() => 'ECONNREFUSED'));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('nobody gets anything from an address that no service has', async () => {
    const nothing = await Promise.all(EVERYBODY.map((party) => world.ask(party, [`udp://${plan.service(99)}:80`])));
    expect(nothing).toEqual(EVERYBODY.map(() => ['ETIMEDOUT']));
  });

  test('node ports do not answer on loopback', async () => {
    expect(await world.ask('node', ['tcp://127.0.0.1:30080'])).toEqual(['ECONNREFUSED']);
  });
});
