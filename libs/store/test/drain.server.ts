import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, endpoint, FACTS, pod, podReport, request, service, type TestNode, testCluster } from './support/cluster.ts';
import { timeIn } from './support/time.ts';

const ALL = { limit: 1000, cursor: null };
const LABELS = { app: 'web' };
const WISH = { graceSeconds: null, waitSeconds: 300 };

async function fleet() {
  const { store, databaseUrl, replicas } = await testCluster({ replicas: 2 });
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2', { ...FACTS, address: '192.0.2.2/24' })];
  await store.services.create(request(), service('web', { selector: LABELS, externalTrafficPolicy: 'Local', type: 'LoadBalancer' }));
  return { store, other: replicas[1] ?? store, one, two, time: await timeIn(databaseUrl) };
}

async function readyPod(store: Store, node: TestNode, name: string, terminationGracePeriodSeconds = 0) {
  const { object } = await store.pods.create(request(), pod(name, { labels: LABELS, node: node.name, terminationGracePeriodSeconds }));
  await node.report({ pods: [podReport(object.id)] });
  return object;
}

const told = async (store: Store, node: TestNode) =>
  (await store.agent.pull(node.id, null)).services.flatMap(({ ports }) =>
    ports.flatMap((port) => port.endpoints.map(({ ip, terminating }) => `${ip} ${terminating}`)),
  );
const drainOf = async (store: Store, node: TestNode) => (await store.nodes.get(node.id)).status.drain;
const podNames = async (store: Store) => (await store.pods.list(ALL)).items.map(({ name, status }) => `${name} ${status.phase}`);

test('a node is emptied in order: others stop sending, all have acknowledged, its pods go, it is empty', async () => {
  const { store, other, one, two } = await fleet();
  const [going, staying] = [await readyPod(store, one, 'going'), await readyPod(store, two, 'staying')];
  const begun = await store.drains.begin(request({ requestId: 'patch-day', operation: 'nodeDrain' }), one.id, WISH);
  expect(begun).toMatchObject({
    status: 202,
    concerns: 'all',
    object: { cordoned: true, status: { drain: { phase: 'Withdrawing', podsLeft: 1 } } },
  });
  expect((await told(store, two)).sort()).toEqual([`${going.ip} true`, `${staying.ip} false`].sort());
  const [, item] = (await store.endpoints.list(ALL)).items.sort((a, b) => (a.node === 'node-1' ? 1 : -1) - (b.node === 'node-1' ? 1 : -1));
  expect(item).toMatchObject({ node: 'node-1', withdrawn: 'NodeDraining', conditions: { ready: false, serving: true, terminating: true } });

  // Nobody has acknowledged; then one of two.
  expect(await other.drains.advance(request())).toEqual([]);
  expect((await drainOf(store, one))?.waitingFor).toEqual(['node-1', 'node-2']);
  await one.applyAll();
  expect(await store.drains.advance(request())).toEqual([]);
  expect((await drainOf(store, one))?.waitingFor).toEqual(['node-2']);
  expect(await podNames(store)).toEqual(['going Running', 'staying Running']);
  await two.applyAll();
  // Another process goes on: all there is to know is in the database.
  expect(await other.drains.advance(request())).toHaveLength(2);
  expect(await podNames(store)).toEqual(['staying Running']);
  expect(await drainOf(store, one)).toMatchObject({ phase: 'Evicting', podsLeft: 0 });
  expect(await other.drains.advance(request())).toHaveLength(1);
  expect(await drainOf(store, one)).toMatchObject({ phase: 'Evicting', waitingFor: ['node-1'] });
  await one.applyAll();
  expect(await drainOf(store, one)).toMatchObject({ phase: 'Drained', podsLeft: 0, waitingFor: [] });
  expect(await store.drains.advance(request())).toEqual([]);

  const { items } = await store.audit.list({ ...ALL, requestId: 'patch-day' });
  expect(items.map(({ operation }) => operation)).toEqual(['nodeDrain', 'podDelete', 'nodeDrain', 'nodeDrain']);
  expect(await store.nodes.delete(request(), one.id, 'any')).toMatchObject({ status: 200 });
});

test('pods get the time they have, or what is asked for; asking again changes only that', async () => {
  const { store, one, two } = await fleet();
  await readyPod(store, one, 'patient', 600);
  await readyPod(store, one, 'brisk', 0);
  await store.drains.begin(request(), one.id, WISH);
  expect(await store.drains.begin(request(), one.id, WISH)).toMatchObject({ status: 202, operationId: null });
  await Promise.all([one.applyAll(), two.applyAll()]);
  await store.drains.advance(request());
  expect(await podNames(store)).toEqual(['patient Terminating']);
  expect(await store.drains.advance(request())).toEqual([]);
  expect(await store.drains.begin(request(), one.id, { ...WISH, graceSeconds: 0 })).toMatchObject({ status: 202 });
  await store.drains.advance(request());
  expect(await podNames(store)).toEqual([]);
});

test('a node that is silent is not waited for, and none longer than asked for', async () => {
  const { store, one, two, time } = await fleet();
  await readyPod(store, one, 'going');
  await store.drains.begin(request(), one.id, { ...WISH, waitSeconds: 60 });
  await one.applyAll();
  expect(await store.drains.advance(request())).toEqual([]);
  await time.drainBegan(one.id, 61);
  await store.drains.advance(request());
  expect(await podNames(store)).toEqual([]);

  await store.drains.begin(request(), two.id, WISH);
  await two.applyAll();
  await store.liveness.renew(two.id, two.session);
  await store.liveness.tick(request(), { periodSeconds: 2, heartbeatSeconds: 10 });
  await time.endAmnesty();
  await time.lastLook(2);
  await time.silence(one.id, 60);
  await store.liveness.tick(request(), { periodSeconds: 2, heartbeatSeconds: 10 });
  expect((await drainOf(store, two))?.waitingFor).toEqual([]);
});

test('uncordoning takes it back: what was not asked to go takes connections again', async () => {
  const { store, one, two } = await fleet();
  const kept = await readyPod(store, one, 'kept', 30);
  await store.services.create(request(), service('hand'));
  await store.endpoints.create(request(), endpoint('hand', '203.0.113.1', { node: 'node-1' }));
  await store.drains.begin(request(), one.id, WISH);
  await Promise.all([one.applyAll(), two.applyAll()]);
  expect((await told(store, two)).sort()).toEqual([`${kept.ip} true`, '203.0.113.1 true'].sort());
  const undone = await store.nodes.update(request(), one.id, 'any', { cordoned: false });
  expect(undone).toMatchObject({ concerns: 'all', object: { cordoned: false, status: { drain: null } } });
  expect((await told(store, two)).sort()).toEqual([`${kept.ip} false`, '203.0.113.1 false'].sort());
  expect(await store.drains.advance(request())).toEqual([]);
  expect(await podNames(store)).toEqual(['kept Running']);
});

test('what is placed by name on a node that is being emptied goes as well', async () => {
  const { store, one, two } = await fleet();
  await store.drains.begin(request(), one.id, WISH);
  await Promise.all([one.applyAll(), two.applyAll()]);
  await store.drains.advance(request());
  await store.drains.advance(request());
  await readyPod(store, one, 'stubborn');
  await store.drains.advance(request());
  expect(await podNames(store)).toEqual([]);
});
