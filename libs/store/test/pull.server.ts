import { stateChecksum } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addNode, pod, podReport, request, service, testCluster } from './support/cluster.ts';
import { EVENTS, HAPPEN } from './support/events.ts';
import { comparable, pullOnto } from './support/pull.ts';

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

test('nodes that ask together are each told what they would be told alone, wherever they are', async () => {
  const { store } = await testCluster();
  const nodes = await Promise.all([1, 2, 3, 4].map((n) => addNode(store, `node-${n}`)));
  const ids = nodes.map(({ id }) => id);
  const points = [null, await store.agent.pull(ids[0] ?? '', null)];
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  for (const n of [1, 2, 3]) await store.pods.create(request(), pod(`pod-${n}`, { node: `node-${n}`, labels: { app: 'a' } }));
  points.push(await store.agent.pull(ids[0] ?? '', null));
  const { object } = await store.services.create(request(), service('gone'));
  points.push(await store.agent.pull(ids[0] ?? '', null));
  await store.services.delete(request(), object.id, 'any');
  const questions = ids.flatMap((id) => points.map((since) => [id, since] as const));
  const alone = [];
  for (const [id, since] of questions) alone.push(await store.agent.pull(id, since));
  const nobody = store.agent.pull('node_nobody', null);
  const [together, refused] = await Promise.all([
    Promise.all(questions.map(([id, since]) => store.agent.pull(id, since))),
    nobody.catch((error: unknown) => error),
  ]);
  expect(together).toEqual(alone);
  expect(refused).toMatchObject({ code: 'NotFound' });
});
