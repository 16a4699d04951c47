import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, pod, podReport, request, service, type TestNode, testCluster } from './support/cluster.ts';

const LABELS = { app: 'web' };

/** A service with a ready pod on a node, which takes 30 s to go. */
async function serving(store: Store, node: TestNode, name = 'pod-a') {
  const { object } = await store.pods.create(request(), pod(name, { labels: LABELS, terminationGracePeriodSeconds: 30 }));
  await node.report({ pods: [podReport(object.id)] });
  return object;
}

const endpointsOf = async (store: Store) => (await store.endpoints.list({ limit: 10, cursor: null })).items;
const toldTo = async (store: Store, node: TestNode) =>
  (await store.agent.pull(node.id, null)).services.flatMap(({ ports }) => ports.flatMap(({ endpoints }) => endpoints));

test('a pod that is given time to go keeps its wires and address, and gets no new connections', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  await store.services.create(request(), service('svc', { selector: LABELS }));
  const one = await serving(store, node);
  const before = await store.agent.pull(node.id, null);
  const deleted = await store.pods.delete(request(), one.id, { epoch: before.epoch, generation: one.generation });
  expect(deleted).toMatchObject({ status: 202, concerns: 'all', object: { ip: one.ip, generation: 2, status: { phase: 'Terminating' } } });
  const { terminatesAt } = deleted.object.status;
  expect(Date.parse(terminatesAt ?? '') - Date.parse(deleted.object.updatedAt)).toBeGreaterThan(29_000);
  expect(await endpointsOf(store)).toMatchObject([{ conditions: { ready: false, serving: true, terminating: true } }]);
  expect(await toldTo(store, node)).toMatchObject([{ ip: one.ip, terminating: true }]);
  expect((await store.agent.pull(node.id, before)).removed).toEqual([]);
  expect((await store.services.list({ limit: 1, cursor: null })).items).toMatchObject([{ status: { endpoints: { ready: 0, total: 1 } } }]);

  // One that is not ready any more serves nobody.
  await node.report({ pods: [podReport(one.id, false)] });
  expect(await endpointsOf(store)).toMatchObject([{ conditions: { ready: false, serving: false, terminating: true } }]);
  expect(await toldTo(store, node)).toEqual([]);
  // A service that comes to select it now gets it as it is.
  await store.services.create(request(), service('late', { selector: LABELS }));
  expect(await endpointsOf(store)).toMatchObject([{}, { service: 'late', conditions: { terminating: true } }]);

  await expect(store.pods.create(request(), pod('pod-b', { ip: one.ip, node: 'node-1' }))).rejects.toMatchObject({ code: 'AddressTaken' });
  expect(await store.pods.delete(request(), one.id, 'any', 0)).toMatchObject({ status: 200, concerns: ['node-1'] });
  await expect(store.pods.get(one.id)).rejects.toMatchObject({ code: 'NotFound' });
});

test('time to go can be shortened and not prolonged; what is asked for wins over what the pod has', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const one = await serving(store, node);
  const deadline = async (grace?: number) => (await store.pods.delete(request(), one.id, 'any', grace)).object.status.terminatesAt ?? '';
  const first = await deadline(600);
  expect(await deadline(3600)).toBe(first);
  const own = await deadline();
  expect(Date.parse(own)).toBeLessThan(Date.parse(first));
  expect(await store.pods.delete(request(), one.id, 'any')).toMatchObject({ status: 202, operationId: null, object: { generation: 3 } });
  const { object: brisk } = await store.pods.create(request(), pod('brisk'));
  expect(await store.pods.delete(request(), brisk.id, 'any', 5)).toMatchObject({ status: 202 });
  const { object: quick } = await store.pods.create(request(), pod('quick', { terminationGracePeriodSeconds: 30 }));
  expect(await store.pods.delete(request(), quick.id, 'any', 0)).toMatchObject({ status: 200 });
});

test('pods whose time is over are ended once, under the id of the request that asked for it, also after a restart', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const node = await addNode(store, 'node-1');
  await store.services.create(request(), service('svc', { selector: LABELS }));
  const [due, later] = [await serving(store, node), await serving(store, node, 'pod-b')];
  await store.pods.delete(request({ requestId: 'the-wish', operation: 'podDelete' }), due.id, 'any', 1);
  await store.pods.delete(request(), later.id, 'any', 3600);
  // Another process, which knows nothing but what is in the database, some time later.
  const other = replicas[1] ?? store;
  const ended = async () => (await Promise.all([other.pods.endOverdue(request()), store.pods.endOverdue(request())])).flat();
  await expect.poll(async () => (await ended()).map(({ object }) => object.id), { timeout: 10_000 }).toEqual([due.id]);
  expect(await ended()).toEqual([]);
  expect((await store.pods.list({ limit: 10, cursor: null })).items).toMatchObject([{ id: later.id, status: { phase: 'Terminating' } }]);
  expect(await endpointsOf(store)).toMatchObject([{ pod: 'pod-b' }]);
  const { items } = await store.audit.list({ limit: 10, cursor: null, requestId: 'the-wish' });
  expect(items.map(({ after }) => after === null)).toEqual([true, false]);
});

test('whoever publishes what is not ready has every pod that is wired, as ready as the others', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: svc } = await store.services.create(request(), service('svc', { selector: LABELS, publishNotReadyAddresses: true }));
  const { object: one } = await store.pods.create(request(), pod('pod-a', { labels: LABELS }));
  expect(await toldTo(store, node)).toEqual([]);
  const wired = await node.report({ pods: [podReport(one.id, false)] });
  expect(wired.changed?.concerns).toBe('all');
  expect(await endpointsOf(store)).toMatchObject([{ conditions: { ready: true, serving: false, terminating: false } }]);
  expect(await toldTo(store, node)).toMatchObject([{ ip: one.ip, terminating: false }]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 1, total: 1 });

  expect((await node.report({ pods: [podReport(one.id, true)] })).changed?.concerns).toEqual([]);
  await node.report({ pods: [podReport(one.id, false)] });
  expect((await store.services.update(request(), svc.id, 'any', { publishNotReadyAddresses: false })).concerns).toBe('all');
  expect(await toldTo(store, node)).toEqual([]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 0, total: 1 });
});
