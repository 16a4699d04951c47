import { type NftTable, renderNft } from '@weft/kernel';
import { type DesiredService, type DesiredState, makeId } from '@weft/model';
import { diffNft } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { desired, endpoint, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NFT_COUNTING_SETS, nftServiceCounters } from '../../../src/backends/nftables/counters.ts';
import { CLIENT, createWorld, type Party, type World } from '../packets/world.ts';
import { compiled } from './compiled.ts';

const [pod1, pod2] = [plan.pod(1, 1), plan.pod(1, 2)];
const GATEWAY = '100.64.1.1';
const EXTERNAL = '203.0.113.10';
const VIP = `tcp://${plan.service(1)}:80`;
const NODE_PORT = `tcp://${plan.host(1)}:30080`;
const AT_EXTERNAL = `tcp://${EXTERNAL}:80`;

/** The client serves too; here as an endpoint on another node. */
const elsewhere = endpoint(`${CLIENT}:8080`, { node: makeId('node', '2') });

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const who = (answers: readonly string[]) => [...new Set(answers.map((answer) => answer.split(' ')[0]))].sort();

let world: World;
let applied: NftTable | null = null;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());
beforeEach(() => apply({}));

/** Brings the node to a state by one transaction, as the executor does. */
async function apply({ services = [], ...rest }: Partial<DesiredState>): Promise<void> {
  const wanted = compiled({ ...desired({ pods: [pod(1), pod(2)] }), services, ...rest });
  const text = renderNft(diffNft(wanted, applied), 'ip', 'weft');
  if (text !== '') await world.node.must(['nft', '-f', '-'], text);
  applied = wanted;
}

const nft = (...words: string[]) => world.node.must(['nft', '-y', ...words]);
const one = (endpoints: Parameters<typeof tcp>[1], changes: Partial<DesiredService> = {}) =>
  service(1, [tcp(80, endpoints, { nodePort: 30080 })], { externalIPs: [EXTERNAL], ...changes });
const ask = async (party: Party, ...urls: string[]) => who(await world.ask(party, urls));

describe('affinity', () => {
  const sticky = (...endpoints: string[]) => one(endpoints, { sessionAffinity: 'ClientIP' });

  // The node speaks by its pods' gateway to a service's own address, and by its host address to the others.
  test.each([
    ['client', [VIP, NODE_PORT, AT_EXTERNAL]],
    ['pod-1', [VIP, NODE_PORT, AT_EXTERNAL]],
    ['node', [VIP]],
    ['node', [NODE_PORT, AT_EXTERNAL]],
  ] as const)('%s stays with its endpoint by %j', async (party, [first, ...others]) => {
    await apply({ services: [sticky(pod1, pod2)] });
    const stayedWith = await ask(party, first);
    expect(await ask(party, ...[first, ...others].flatMap((url) => times(10, url)))).toEqual(stayedWith);
  });

  test.each([VIP, NODE_PORT, AT_EXTERNAL])('an endpoint that goes loses its clients, and they stay where they went, by %s', async (url) => {
    await apply({ services: [sticky(pod1, pod2)] });
    const [first] = await ask('client', url);
    const [left, other] = first === 'pod-1' ? [pod2, 'pod-2'] : [pod1, 'pod-1'];
    await apply({ services: [sticky(left)] });
    expect(await ask('client', ...times(5, url))).toEqual([other]);
    await apply({ services: [sticky(pod1, pod2)] });
    expect(await ask('client', ...times(10, VIP), ...times(10, NODE_PORT))).toEqual([other]);
  });

  test('so does one that is told to serve no more', async () => {
    await apply({ services: [sticky(pod1, pod2)] });
    const [first] = await ask('client', VIP);
    const [gone, left, other] = first === 'pod-1' ? [pod1, pod2, 'pod-2'] : [pod2, pod1, 'pod-1'];
    await apply({ services: [one([endpoint(gone, { weight: 0 }), left], { sessionAffinity: 'ClientIP' })] });
    expect(await ask('client', ...times(5, VIP))).toEqual([other]);
    await apply({ services: [one([endpoint(gone, { terminating: true }), left], { sessionAffinity: 'ClientIP' })] });
    expect(await ask('client', ...times(5, VIP))).toEqual([other]);
  });

  test('every connection makes the time begin anew, and after it the client is forgotten', async () => {
    const remembered = async () => {
      const all = (await nft('list', 'map', 'ip', 'weft', 'client-endpoints')).split('\n');
      return all.find((line) => line.includes(`${CLIENT} . ${plan.service(1)} `));
    };
    const expires = async () => Number(/expires (\d+)s/.exec((await remembered()) ?? '')?.[1]);
    const lasting = (seconds: number) =>
      service(1, [tcp(80, [pod1, pod2])], { sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: seconds });
    await apply({ services: [lasting(50)] });
    await ask('client', VIP);
    await eventually('a second to pass', async () => (await expires()) < 49);
    await ask('client', VIP);
    expect(await expires()).toBe(49);

    await apply({ services: [lasting(1)] });
    await ask('client', VIP);
    await eventually('the client to be forgotten', async () => (await remembered()) === undefined);
  });

  test('scope Service: the same endpoint behind every port, whatever it listens at there; scope Port: each by itself', async () => {
    const ports = [tcp(80, [pod1, pod2], { name: 'a' }), tcp(81, [pod1, pod2], { name: 'b' })];
    const urls = [VIP, `tcp://${plan.service(1)}:81`];
    await apply({ services: [service(1, ports, { sessionAffinity: 'ClientIP', sessionAffinityScope: 'Service' })] });
    const [first] = await ask('client', VIP);
    expect(await ask('client', ...urls.flatMap((url) => times(8, url)))).toEqual([first]);

    await apply({ services: [service(2, ports, { sessionAffinity: 'ClientIP' })] });
    const groups = await nft('list', 'map', 'ip', 'weft', 'service-groups');
    const groupOf = (port: number) => new RegExp(`tcp \\. ${port} comment "[^"]*" : ([\\d.]+)`).exec(groups)?.[1];
    await nft('add', 'element', 'ip', 'weft', 'client-endpoints', `{ ${CLIENT} . ${groupOf(80)} timeout 1h : ${pod1} }`);
    await nft('add', 'element', 'ip', 'weft', 'client-endpoints', `{ ${CLIENT} . ${groupOf(81)} timeout 1h : ${pod2} }`);
    expect(await ask('client', ...times(8, `tcp://${plan.service(2)}:80`))).toEqual(['pod-1']);
    expect(await ask('client', ...times(8, `tcp://${plan.service(2)}:81`))).toEqual(['pod-2']);
  });

  test('datagrams as well', async () => {
    await apply({ services: [service(1, [udp(53, [pod1, pod2])], { sessionAffinity: 'ClientIP' })] });
    const url = `udp://${plan.service(1)}:53`;
    const first = await ask('client', url);
    expect(await ask('client', ...times(15, url))).toEqual(first);
  });
});

describe('source ranges', () => {
  const restricted = (...ranges: string[]) =>
    one([pod2], { externalIPs: [], loadBalancerIPs: [EXTERNAL], loadBalancerSourceRanges: ranges });

  test('only who is inside uses the load balancer address; other ways stay open', async () => {
    await apply({ services: [restricted('192.0.2.9/32')] });
    expect(await world.ask('client', [AT_EXTERNAL, NODE_PORT, VIP])).toEqual(times(3, `pod-2 ${GATEWAY}`));
    expect(await world.ask('pod-1', [AT_EXTERNAL, VIP])).toEqual(['ETIMEDOUT', `pod-2 ${pod1}`]);
    expect(await world.ask('node', [AT_EXTERNAL])).toEqual(['ETIMEDOUT']);

    await apply({ services: [restricted('192.0.2.1/32', '100.64.0.0/16')] });
    expect(await world.ask('client', [AT_EXTERNAL, VIP])).toEqual(['ETIMEDOUT', `pod-2 ${GATEWAY}`]);
    expect(await world.ask('pod-1', [AT_EXTERNAL])).toEqual([`pod-2 ${GATEWAY}`]);
    expect(await world.ask('node', [AT_EXTERNAL])).toEqual([`pod-2 ${GATEWAY}`]);
  });

  test('a node inside that has the address itself uses it by that very address', async () => {
    await world.node.must(['ip', 'address', 'add', `${EXTERNAL}/32`, 'dev', 'lo']);
    await world.node.must(['ip', 'link', 'set', 'lo', 'up']);
    await apply({ services: [restricted('192.0.2.1/32')] });
    expect(await world.ask('node', [AT_EXTERNAL])).toEqual([`pod-2 ${GATEWAY}`]);
    await apply({ services: [restricted('198.51.100.0/24')] });
    expect(await world.ask('node', [AT_EXTERNAL])).toEqual(['ETIMEDOUT']);
    await world.node.must(['ip', 'address', 'delete', `${EXTERNAL}/32`, 'dev', 'lo']);
  });
});

describe('external policy Local', () => {
  const local = (...endpoints: Parameters<typeof tcp>[1]) => one(endpoints, { externalTrafficPolicy: 'Local' });

  test('clients outside reach this node by itself and are seen; pods and the node reach everybody', async () => {
    await apply({ services: [local(pod1, elsewhere)] });
    expect(await world.ask('client', [...times(8, NODE_PORT), ...times(8, AT_EXTERNAL)])).toEqual(times(16, `pod-1 ${CLIENT}`));
    const ofPod = await world.ask('pod-2', [...times(12, NODE_PORT), ...times(12, AT_EXTERNAL)]);
    expect([...new Set(ofPod)].sort()).toEqual([`client ${plan.host(1)}`, `pod-1 ${pod2}`]);
    const ofNode = await world.ask('node', [...times(12, NODE_PORT), ...times(12, AT_EXTERNAL)]);
    expect([...new Set(ofNode)].sort()).toEqual([`client ${plan.host(1)}`, `pod-1 ${GATEWAY}`]);
  });

  test('with nobody here, clients outside get nothing; pods and the node do', async () => {
    await apply({ services: [local(elsewhere)] });
    expect(await world.ask('client', [NODE_PORT, AT_EXTERNAL])).toEqual(['ETIMEDOUT', 'ETIMEDOUT']);
    expect(await ask('pod-2', NODE_PORT, AT_EXTERNAL)).toEqual(['client']);
    expect(await ask('node', NODE_PORT, AT_EXTERNAL)).toEqual(['client']);
  });

  test('with nobody anywhere, everybody is refused', async () => {
    await apply({ services: [local()] });
    for (const party of ['client', 'pod-2', 'node'] as const)
      expect(await world.ask(party, [NODE_PORT, AT_EXTERNAL])).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });
});

test('internal policy Local: only this node, and nothing where there is nobody', async () => {
  await apply({ services: [one([pod1, elsewhere], { internalTrafficPolicy: 'Local' })] });
  expect(await ask('pod-2', ...times(12, VIP))).toEqual(['pod-1']);
  expect(await ask('pod-2', ...times(20, NODE_PORT))).toEqual(['client', 'pod-1']);
  await apply({ services: [one([elsewhere], { internalTrafficPolicy: 'Local' })] });
  expect(await world.ask('pod-2', [VIP])).toEqual(['ETIMEDOUT']);
});

describe('schedulers', () => {
  const count = async (name: string, url = VIP) =>
    (await world.ask('client', times(24, url))).filter((answer) => answer.startsWith(name)).length;
  const weighted = [endpoint(pod1, { weight: 30 }), endpoint(pod2, { weight: 10 })];

  test('rr and wrr deal out exactly, each way by itself', async () => {
    await apply({ services: [one(weighted, { scheduler: 'rr' }), service(2, [tcp(80, [pod1, pod2])], { scheduler: 'rr' })] });
    expect([await count('pod-1'), await count('pod-1', NODE_PORT), await count('pod-1', `tcp://${plan.service(2)}:80`)]).toEqual([
      12, 12, 12,
    ]);
    await apply({ services: [one(weighted, { scheduler: 'wrr' })] });
    expect([await count('pod-1'), await count('pod-1', NODE_PORT)]).toEqual([18, 18]);
  });

  test('rr: services that take turns with each other do not take turns from each other', async () => {
    const second = `tcp://${plan.service(2)}:80`;
    await apply({ services: [one([pod1, pod2], { scheduler: 'rr' }), service(2, [tcp(80, [pod1, pod2])], { scheduler: 'rr' })] });
    const answers = await world.ask('client', times(10, [VIP, second]).flat());
    const ofFirst = answers.filter((_, place) => place % 2 === 0).filter((answer) => answer.startsWith('pod-1'));
    expect(ofFirst).toHaveLength(5);
  });

  test('random keeps to weights, and sends nothing to weight 0', async () => {
    await apply({ services: [one([endpoint(pod1, { weight: 0 }), endpoint(pod2, { weight: 1 })])] });
    expect(await count('pod-2')).toBe(24);
  });

  test.each(['sh', 'mh'] as const)('%s leads a client always to the same, by every way', async (scheduler) => {
    await apply({ services: [one([pod1, pod2], { scheduler })] });
    const first = await ask('client', VIP);
    expect(first).toHaveLength(1);
    expect(await ask('client', ...times(8, VIP), ...times(8, NODE_PORT), ...times(8, AT_EXTERNAL))).toEqual(first);
  });

  test('mh leads a client to the same when others come and go, and after the rules are made anew', async () => {
    await apply({ services: [one([pod1, pod2], { scheduler: 'mh' })] });
    const [first] = await ask('client', VIP);
    const mine = first === 'pod-1' ? pod1 : pod2;
    await apply({ services: [one([mine], { scheduler: 'mh' })] });
    await apply({ services: [] });
    await apply({ services: [one([pod1, pod2], { scheduler: 'mh' })] });
    expect(await ask('client', ...times(8, VIP))).toEqual([first]);
  });
});

test('node ports answer only at the addresses chosen for them', async () => {
  await apply({ services: [one([pod2])], nodes: [node(1, { nodePortAddresses: ['primary', '10.0.0.0/8'] })] });
  expect(await world.ask('pod-1', [NODE_PORT, `tcp://${GATEWAY}:30080`])).toEqual([`pod-2 ${GATEWAY}`, 'ECONNREFUSED']);
});

test('masqueraded connections get their ports from the range', async () => {
  await apply({ services: [one([pod2])], cluster: { ...desired({}).cluster, masqueradePorts: { from: 20000, to: 20099 } } });
  expect(await ask('client', ...times(10, NODE_PORT))).toEqual(['pod-2']);
  const tracked = await world.node.must(['conntrack', '-L', '-p', 'tcp', '--reply-src', pod2, '--reply-dst', GATEWAY]);
  const ports = [...tracked.matchAll(/src=100\.64\.1\.3 dst=100\.64\.1\.1 sport=8080 dport=(\d+)/g)].map(([, port]) => Number(port));
  const fresh = ports.filter((port) => port >= 20000 && port <= 20099);
  expect(fresh.length).toBeGreaterThanOrEqual(10);
});

test('connections, packets and bytes are counted by service port, by whatever way they come, and go on when endpoints change', async () => {
  const counted = async () => {
    const listings = await Promise.all(NFT_COUNTING_SETS.map((name) => nft('list', 'set', 'ip', 'weft', name)));
    return nftServiceCounters(listings.join(''));
  };
  await apply({ services: [one([pod2]), service(2, [udp(53, [pod1])])] });
  await world.ask('client', [...times(3, VIP), ...times(2, NODE_PORT), AT_EXTERNAL, `udp://${plan.service(2)}:53`]);
  await apply({ services: [one([pod1, pod2]), service(2, [udp(53, [pod1])])] });
  await world.ask('pod-1', times(4, VIP));
  await world.ask('node', [`udp://${plan.service(2)}:53`]);

  const [web, dns] = await counted();
  expect(dns).toEqual({ label: 'default/service-2:53', protocol: 'udp', connections: 2, packets: 4, bytes: expect.any(Number) });
  expect(dns?.bytes).toBe(2 * (28 + '?'.length + 28 + `pod-1 ${GATEWAY}`.length));
  expect(web).toMatchObject({ label: 'default/service-1:80', protocol: 'tcp', connections: 10 });
  expect(web?.packets).toBeGreaterThanOrEqual(10 * 6);
});
