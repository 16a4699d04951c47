import { type DesiredState, HeldState, mergePull, stateChecksum } from '@weft/model';
import type { Store } from '@weft/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addNode,
  endpoint,
  FACTS,
  node,
  openSession,
  pod,
  podReport,
  port,
  request,
  service,
  type TestNode,
  testCluster,
} from './support/cluster.ts';

/** Pulls on top of a state, as an executor does. */
async function pullOnto(store: Store, node: TestNode, base: DesiredState | null): Promise<DesiredState> {
  const merge = mergePull(base === null ? null : HeldState.of(base), await store.agent.pull(node.id, base));
  if (!merge.ok) throw new Error(`not merged: ${JSON.stringify(merge.refusal)}`);
  return merge.held.state;
}

const byId = (objects: readonly { readonly id: string }[]) => [...objects].sort((a, b) => (a.id < b.id ? -1 : 1));

const comparable = ({ nodes, pods, services, ...rest }: DesiredState) => ({
  ...rest,
  nodes: byId(nodes),
  pods: byId(pods),
  services: byId(services),
});

test('the first pull is a snapshot, the next a delta that holds only what changed', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  const first = await store.agent.pull(one.id, null);
  expect(first).toMatchObject({
    kind: 'snapshot',
    nodes: [{ name: 'node-1' }, { name: 'node-2' }],
    services: [{ name: 'svc' }],
    removed: [],
  });
  expect(first.checksum).toBe(stateChecksum(first));

  const { object } = await store.pods.create(request(), pod('pod-a', { node: 'node-2', labels: { app: 'a' } }));
  expect(await store.agent.pull(one.id, first)).toMatchObject({
    kind: 'delta',
    nodes: [],
    pods: [],
    services: [],
    checksum: first.checksum,
  });
  const second = await store.agent.pull(two.id, first);
  expect(second).toMatchObject({ kind: 'delta', nodes: [], pods: [{ name: 'pod-a', ip: object.ip }], services: [] });

  await two.report({ pods: [podReport(object.id)] });
  const third = await store.agent.pull(two.id, second);
  // Its node need not hear that the pod is ready; every node that its service has an endpoint.
  expect(third).toMatchObject({ pods: [], services: [{ name: 'svc', ports: [{ endpoints: [{ ip: object.ip, port: 80 }] }] }] });

  await store.pods.delete(request(), object.id, 'any');
  expect((await store.agent.pull(two.id, third)).removed).toEqual([object.id]);
  expect((await store.agent.pull(one.id, third)).removed).toEqual([]);
});

test('a node of another epoch, from the future or from before what is kept gets a snapshot', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { epoch, revision } = await store.cluster.get();
  const kindOf = async (since: { epoch: string; revision: number }) => (await store.agent.pull(node.id, since)).kind;
  expect(await kindOf({ epoch, revision: revision - 1 })).toBe('delta');
  expect(await kindOf({ epoch: 'another', revision })).toBe('snapshot');
  expect(await kindOf({ epoch, revision: revision + 1 })).toBe('snapshot');
  await store.upkeep.trimHistory(0);
  expect(await kindOf({ epoch, revision: revision - 1 })).toBe('snapshot');
  expect(await kindOf({ epoch, revision })).toBe('delta');
});

test('settings travel with every pull', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const before = await pullOnto(store, node, null);
  expect((await store.cluster.update(request(), 'any', { overlay: 'vxlan' })).concerns).toBe('all');
  expect((await pullOnto(store, node, before)).cluster.overlay).toBe('vxlan');
});

/** Things that happen to a cluster, each with a number to choose its object by. */
const EVENTS = [
  'pod',
  'pod-gone',
  'pod-turns',
  'pod-labels',
  'pod-leaves',
  'service',
  'service-gone',
  'service-changes',
  'service-moves',
  'endpoint',
  'node',
  'node-moves',
  'nothing',
] as const;

interface World {
  readonly store: Store;
  node: TestNode;
  readonly other: TestNode;
  step: number;
}

const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(all.length, 1)];
const EVERYTHING = { limit: 1000, cursor: null };

const HAPPEN: Record<(typeof EVENTS)[number], (world: World, n: number) => Promise<unknown>> = {
  nothing: async () => undefined,
  pod: ({ store, step }, n) =>
    store.pods.create(request(), pod(`pod-${step}`, { node: n % 2 ? 'node-1' : 'node-2', labels: { app: `a${n % 3}` } })),
  'pod-gone': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.delete(request(), one.id, 'any');
  },
  'pod-leaves': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.delete(request(), one.id, 'any', 600);
  },
  'pod-turns': async ({ store, node, other }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await (one.node === node.name ? node : other).report({ pods: [podReport(one.id, !one.status.ready)] });
  },
  'pod-labels': async ({ store }, n) => {
    const one = pick((await store.pods.list(EVERYTHING)).items, n);
    if (one) await store.pods.update(request(), one.id, 'any', { labels: { app: `a${(n + 1) % 3}` } });
  },
  service: ({ store, step }, n) =>
    store.services.create(
      request(),
      service(`svc-${step}`, n % 4 === 0 ? {} : { selector: { app: `a${n % 3}` }, ...(n % 5 === 0 ? { clusterIP: 'None' } : {}) }),
    ),
  'service-gone': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one) await store.services.delete(request(), one.id, 'any');
  },
  'service-changes': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one) await store.services.update(request(), one.id, 'any', n % 2 ? { ports: [port(80 + (n % 7))] } : { labels: { n: String(n) } });
  },
  'service-moves': async ({ store }, n) => {
    const one = pick((await store.services.list(EVERYTHING)).items, n);
    if (one?.clusterIP === 'None') return;
    const elsewhere = { type: 'ExternalName', externalName: 'a.example.com' } as const;
    if (one) await store.services.update(request(), one.id, 'any', one.type === 'ExternalName' ? { type: 'ClusterIP' } : elsewhere);
  },
  endpoint: async ({ store, step }, n) => {
    const byHand = (await store.services.list(EVERYTHING)).items.filter((one) => one.selector === null);
    const one = pick(byHand, n);
    if (one)
      await store.endpoints.create(
        request(),
        endpoint(one.name, `203.0.113.${step % 250}`, { port: 80, ready: n % 2 === 0, weight: n % 3, terminating: n % 5 === 0 }),
      );
  },
  node: ({ store, step }) => store.nodes.create(request(), node(`extra-${step}`)),
  'node-moves': async (world, n) => {
    const { store, node } = world;
    await store.nodes.update(request(), node.id, 'any', { backend: n % 2 ? 'iptables' : 'nftables' });
    if (n % 3 === 0) world.node = await openSession(store, node.id, { ...FACTS, mtu: 1400 + (n % 50) });
  },
};

test('after anything that may happen, a delta on top of what a node has is the same as a fresh snapshot', async () => {
  const { store } = await testCluster();
  const world = { store, node: await addNode(store, 'node-1'), other: await addNode(store, 'node-2'), step: 0 };
  let held = await pullOnto(store, world.other, null);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(1000)), { minLength: 1, maxLength: 8 }), async (events) => {
      for (const [event, n] of events) {
        world.step += 1;
        await HAPPEN[event](world, n);
      }
      held = await pullOnto(store, world.other, held);
      expect(comparable(held)).toEqual(comparable(await pullOnto(store, world.other, null)));
    }),
    { numRuns: 40 },
  );
});
