import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, endpoint, FACTS, openSession, pod, podReport, request, service, type TestNode, testCluster } from '../support/cluster.ts';
import { type Time, timeIn } from '../support/time.ts';

const ALL = { limit: 1000, cursor: null };
const LABELS = { app: 'web' };
const OPTIONS = { periodSeconds: 2, heartbeatSeconds: 10 };

/** A fleet of so many nodes with leases, whose watch has looked a moment ago. */
async function fleetOf(count: number, replicas = 1) {
  const { store, databaseUrl, replicas: stores } = await testCluster({ replicas });
  const time = await timeIn(databaseUrl);
  const nodes: TestNode[] = [];
  for (let at = 1; at <= count; at++) nodes.push(await addNode(store, `node-${at}`, { ...FACTS, address: `192.0.2.${at}/24` }));
  for (const node of nodes) await store.liveness.renew(node.id, node.session);
  await store.liveness.tick(request(), OPTIONS);
  await time.endAmnesty();
  return { store, stores, time, nodes: nodes as [TestNode, TestNode, TestNode, ...TestNode[]] };
}

/** What comes of a look, a period after the one before. */
async function look(store: Store, time: Time) {
  await time.lastLook(2);
  return (await store.liveness.tick(request(), OPTIONS)).map(({ verdict, committed }) => `${committed.object.name} ${verdict}`);
}

async function readyPod(store: Store, node: TestNode, name: string) {
  const { object } = await store.pods.create(request(), pod(name, { labels: LABELS, node: node.name }));
  await node.report({ pods: [podReport(object.id)] });
  return object;
}

const endpoints = async (store: Store) =>
  (await store.endpoints.list(ALL)).items.map(({ node, conditions, withdrawn }) => `${node} ${conditions.ready} ${withdrawn}`).sort();
const told = async (store: Store, node: TestNode) =>
  (await store.agent.pull(node.id, null)).services
    .flatMap(({ ports }) => ports.flatMap((port) => port.endpoints.map(({ ip, terminating }) => `${ip} ${terminating}`)))
    .sort();

test('a lease is no change: it costs no revision, and says where the node should be', async () => {
  const { store, nodes } = await fleetOf(3);
  const { revision, epoch } = await store.cluster.get();
  expect(await store.liveness.renew(nodes[0].id, nodes[0].session)).toEqual({ epoch, desiredRevision: revision, heartbeatSeconds: 10 });
  expect((await store.cluster.get()).revision).toBe(revision);
  await openSession(store, nodes[0].id, { ...FACTS, address: '192.0.2.1/24' });
  await expect(store.liveness.renew(nodes[0].id, nodes[0].session)).rejects.toMatchObject({ code: 'StaleSession' });
});

test('endpoints of a silent node are held in reserve, those of pods and those by hand, and come back with it', async () => {
  const { store, time, nodes } = await fleetOf(3);
  await store.services.create(request(), service('web', { selector: LABELS }));
  await store.services.create(request(), service('hand'));
  const [lost, kept] = [await readyPod(store, nodes[0], 'pod-1'), await readyPod(store, nodes[1], 'pod-2')];
  await store.endpoints.create(request(), endpoint('hand', '203.0.113.1', { node: 'node-1' }));
  await time.silence(nodes[0].id, 39);
  expect(await look(store, time)).toEqual([]);

  await time.silence(nodes[0].id, 41);
  const before = await store.agent.pull(nodes[1].id, null);
  expect(await look(store, time)).toEqual(['node-1 Lost']);
  expect(await endpoints(store)).toEqual(['node-1 false NodeNotReady', 'node-1 false NodeNotReady', 'node-2 true null']);
  expect(await told(store, nodes[1])).toEqual([`${lost.ip} true`, `${kept.ip} false`, '203.0.113.1 true'].sort());
  expect((await store.agent.pull(nodes[1].id, before)).services).toHaveLength(2);
  expect((await store.nodes.get(nodes[0].id)).status).toMatchObject({
    phase: 'NotReady',
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'Unknown' })]),
  });
  expect((await store.services.list(ALL)).items.map(({ status }) => status.endpoints)).toEqual([
    { ready: 1, total: 2 },
    { ready: 0, total: 1 },
  ]);
  const [event] = (await store.audit.list({ limit: 1, cursor: null })).items;
  expect(event).toMatchObject({ operation: 'nodeLost', after: { withdrawn: true } });

  // What comes to be there meanwhile is not used either: a service that selects the pod, an endpoint by hand and its update.
  await store.services.create(request(), service('late', { selector: LABELS }));
  const { object: late } = await store.endpoints.create(request(), endpoint('hand', '203.0.113.2', { node: 'node-1' }));
  await store.endpoints.update(request(), late.id, 'any', { weight: 3 });
  expect((await endpoints(store)).filter((one) => one.startsWith('node-1 true'))).toEqual([]);
  expect(await look(store, time)).toEqual([]);

  await store.liveness.renew(nodes[0].id, nodes[0].session);
  expect(await look(store, time)).toEqual(['node-1 Returned']);
  expect(await endpoints(store)).toEqual([
    'node-1 true null',
    'node-1 true null',
    'node-1 true null',
    'node-1 true null',
    'node-2 true null',
    'node-2 true null',
  ]);
  expect((await store.nodes.get(nodes[0].id)).status.phase).not.toBe('NotReady');
});

test('the last endpoint of a service is not taken away because its node fell silent', async () => {
  const { store, time, nodes } = await fleetOf(3);
  await store.services.create(request(), service('web', { selector: LABELS }));
  const only = await readyPod(store, nodes[0], 'pod-1');
  await time.silence(nodes[0].id, 60);
  expect(await look(store, time)).toEqual(['node-1 Lost']);
  // What nodes do with a terminating endpoint when there is no other: they use it (docs/backends.md).
  expect(await told(store, nodes[1])).toEqual([`${only.ip} true`]);
});

test('when most of the fleet looks lost nothing is withdrawn, and it is said; once the brake is off it is', async () => {
  const { store, time, nodes } = await fleetOf(5);
  await store.services.create(request(), service('web', { selector: LABELS }));
  for (const [at, node] of nodes.entries()) await readyPod(store, node, `pod-${at}`);
  for (const node of nodes.slice(0, 3)) await time.silence(node.id, 50);
  expect((await look(store, time)).sort()).toEqual(['node-1 LostButKept', 'node-2 LostButKept', 'node-3 LostButKept']);
  expect(await store.liveness.isBraked()).toBe(true);
  expect((await endpoints(store)).every((one) => one.endsWith('true null'))).toBe(true);
  const { status } = await store.nodes.get(nodes[0].id);
  expect(status.phase).toBe('NotReady');
  expect(status.conditions.map(({ type, reason }) => `${type} ${reason}`)).toContain('EndpointsKept MassFailure');

  await store.liveness.renew(nodes[2].id, nodes[2].session);
  expect((await look(store, time)).sort()).toEqual(['node-1 Withdrawn', 'node-2 Withdrawn', 'node-3 Returned']);
  expect(await store.liveness.isBraked()).toBe(false);
  expect((await endpoints(store)).filter((one) => one.includes('false'))).toHaveLength(2);
});

test('after whoever looks was away itself, nobody is given up for one full grace', async () => {
  const { store, time, nodes } = await fleetOf(3);
  await time.silence(nodes[0].id, 100);
  await time.lastLook(60);
  expect(await store.liveness.tick(request(), OPTIONS)).toEqual([]);
  expect(await look(store, time)).toEqual([]);
  expect((await store.nodes.get(nodes[0].id)).status.phase).not.toBe('NotReady');
  await time.endAmnesty();
  expect(await look(store, time)).toEqual(['node-1 Lost']);
});

test('of many replicas one looks, and each period once', async () => {
  const { stores, time, nodes } = await fleetOf(3, 3);
  await time.silence(nodes[0].id, 100);
  await time.lastLook(2);
  const looks = await Promise.all([...stores, ...stores].map((store) => store.liveness.tick(request(), OPTIONS)));
  expect(looks.flat().map(({ verdict }) => verdict)).toEqual(['Lost']);
});

test('how long a silence may be is a setting, and never less than three heartbeats, which grow with the fleet', async () => {
  const { store, time, nodes } = await fleetOf(3);
  await store.cluster.update(request(), 'any', { notReadyAfterSeconds: 3 });
  await time.silence(nodes[0].id, 29);
  expect(await look(store, time)).toEqual([]);
  await time.silence(nodes[0].id, 31);
  expect(await look(store, time)).toEqual(['node-1 Lost']);
  const { generation } = await store.cluster.get();
  expect(generation).toBe(2);
});

test('a pod that nobody places goes to no node that is silent', async () => {
  const { store, time, nodes } = await fleetOf(3);
  for (const node of nodes.slice(0, 2)) await time.silence(node.id, 50);
  for (const name of ['a', 'b', 'c']) expect((await store.pods.create(request(), pod(name))).object.node).toBe('node-3');
});

test('of two hosts with one credential the one that speaks keeps the node; the other gets it once that one is silent', async () => {
  const { store, time, nodes } = await fleetOf(3);
  const elsewhere = { ...FACTS, address: '192.0.2.99/24' };
  await expect(openSession(store, nodes[0].id, elsewhere)).rejects.toMatchObject({
    code: 'StaleSession',
    message: expect.stringContaining('192.0.2.1/24 lives; this one is at 192.0.2.99/24'),
  });
  // It is the host that moved, or was restarted where it is.
  await openSession(store, nodes[0].id, { ...FACTS, address: '192.0.2.1/24' });
  await time.silence(nodes[0].id, 21);
  const moved = await openSession(store, nodes[0].id, elsewhere);
  await store.liveness.renew(moved.id, moved.session);
  expect((await store.nodes.get(moved.id)).address).toBe('192.0.2.99/24');
});
