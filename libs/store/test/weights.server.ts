import type { NodeUpdate } from '@weft/model';
import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, endpoint, pod, podReport, request, service, type TestNode, testCluster } from './support/cluster.ts';

const toldTo = async (store: Store, node: TestNode) =>
  (await store.agent.pull(node.id, null)).services.flatMap(({ ports }) =>
    ports.flatMap(({ endpoints }) => endpoints.map(({ ip, node: on, weight, terminating }) => ({ ip, node: on, weight, terminating }))),
  );

test('a pod’s weight is that of its endpoints, and every node hears of it', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  await store.services.create(request(), service('svc', { selector: { app: 'web' } }));
  const { object } = await store.pods.create(request(), pod('pod-a', { labels: { app: 'web' }, weight: 3 }));
  await node.report({ pods: [podReport(object.id)] });
  const { ip } = object;
  expect(await toldTo(store, node)).toEqual([{ ip, node: node.id, weight: 3, terminating: false }]);
  expect(await store.pods.update(request(), object.id, 'any', { weight: 0 })).toMatchObject({ concerns: 'all', object: { weight: 0 } });
  expect(await toldTo(store, node)).toEqual([{ ip, node: node.id, weight: 0, terminating: false }]);
  expect((await store.endpoints.list({ limit: 1, cursor: null })).items).toMatchObject([{ weight: 0, conditions: { ready: true } }]);
  // As long as it is not ready nobody needs to know.
  await node.report({ pods: [podReport(object.id, false)] });
  expect((await store.pods.update(request(), object.id, 'any', { weight: 7 })).concerns).toEqual([]);
});

test('an endpoint managed by hand has a weight and may be about to go', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: svc } = await store.services.create(request(), service('svc'));
  const { object } = await store.endpoints.create(request(), endpoint('svc', '203.0.113.7', { weight: 5 }));
  const patch = (change: object) => store.endpoints.update(request(), object.id, 'any', change);
  const told = async () => (await toldTo(store, node)).map(({ weight, terminating }) => ({ weight, terminating }));
  expect(await told()).toEqual([{ weight: 5, terminating: false }]);
  expect(await patch({ weight: 2 })).toMatchObject({ concerns: 'all', object: { weight: 2, generation: 2 } });
  expect(await patch({ terminating: true })).toMatchObject({
    concerns: 'all',
    object: { conditions: { ready: false, serving: true, terminating: true } },
  });
  expect(await told()).toEqual([{ weight: 2, terminating: true }]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 0, total: 1 });
  expect(await patch({ terminating: true, weight: 2, ready: true })).toMatchObject({ operationId: null });
  await patch({ ready: false });
  expect(await told()).toEqual([]);
  expect((await patch({ weight: 9 })).concerns).toEqual([]);
  await patch({ ready: true, terminating: false });
  expect(await told()).toEqual([{ weight: 9, terminating: false }]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 1, total: 1 });
});

test('nodes hear where node ports answer, of zones, of strict ARP and of each way of sending', async () => {
  const { store } = await testCluster();
  const one = await addNode(store, 'node-1', undefined, { nodePortAddresses: ['primary'], zone: 'rack-1' });
  const two = await addNode(store, 'node-2');
  expect((await store.agent.pull(two.id, null)).nodes).toMatchObject([
    { name: 'node-1', zone: 'rack-1', nodePortAddresses: ['primary'], strictArp: false },
    { name: 'node-2', zone: null, nodePortAddresses: [] },
  ]);
  const base = await store.agent.pull(two.id, null);
  const changes: NodeUpdate[] = [
    { zone: 'rack-2' },
    { nodePortAddresses: ['192.0.2.0/24'] },
    { strictArp: true },
    { overlay: 'direct' },
    { overlay: 'vxlan' },
  ];
  for (const change of changes) expect((await store.nodes.update(request(), one.id, 'any', change)).concerns).toBe('all');
  expect((await store.agent.pull(two.id, base)).nodes).toMatchObject([
    { name: 'node-1', zone: 'rack-2', nodePortAddresses: ['192.0.2.0/24'], strictArp: true, overlay: 'vxlan' },
  ]);
  expect((await store.nodes.get(one.id)).nodePortAddresses).toEqual(['192.0.2.0/24']);
});
