import { expect, test } from 'vitest';
import { addNode, endpoint, FACTS, node, pod, podReport, request, service, testCluster } from './support/cluster.ts';

const ALL = { limit: 1000, cursor: null };
const LABELS = { app: 'web' };

test('a node that holds anything goes only by force, and then all of it goes with it', async () => {
  const { store } = await testCluster();
  const [gone, other] = [await addNode(store, 'node-1'), await addNode(store, 'node-2', { ...FACTS, address: '192.0.2.2/24' })];
  await store.services.create(request(), service('web', { selector: LABELS }));
  await store.services.create(request(), service('hand'));
  const { object: lost } = await store.pods.create(request(), pod('lost', { labels: LABELS, node: 'node-1' }));
  const { object: kept } = await store.pods.create(request(), pod('kept', { labels: LABELS, node: 'node-2' }));
  await gone.report({ pods: [podReport(lost.id)] });
  await other.report({ pods: [podReport(kept.id)] });
  await store.endpoints.create(request(), endpoint('hand', '203.0.113.1', { node: 'node-1' }));
  const before = await store.agent.pull(other.id, null);
  await expect(store.nodes.delete(request(), gone.id, 'any')).rejects.toMatchObject({
    code: 'InUse',
    message: expect.stringContaining('force=true'),
  });

  expect(await store.nodes.delete(request({ requestId: 'it-burnt' }), gone.id, 'any', true)).toMatchObject({ concerns: 'all' });
  expect((await store.pods.list(ALL)).items).toMatchObject([{ name: 'kept' }]);
  expect((await store.endpoints.list(ALL)).items).toMatchObject([{ pod: 'kept' }]);
  expect((await store.services.list(ALL)).items.map(({ status }) => status.endpoints)).toEqual([
    { ready: 1, total: 1 },
    { ready: 0, total: 0 },
  ]);
  const delta = await store.agent.pull(other.id, before);
  expect(delta.removed).toEqual([gone.id]);
  expect(delta.services).toHaveLength(2);
  const [event] = (await store.audit.list({ ...ALL, requestId: 'it-burnt' })).items;
  expect(event?.before).toMatchObject({ name: 'node-1', pods: [{ name: 'lost', ip: lost.ip }] });

  // Its block is nobody's, and nobody gets it before the others have forgotten the way there.
  const { object: next } = await store.nodes.create(request(), node('node-3'));
  expect(next.podBlocks).not.toEqual([before.nodes.find(({ id }) => id === gone.id)?.podBlocks[0]]);
  expect(await store.upkeep.releaseQuarantined(0)).toBe(0);
  await other.applyAll();
  await store.upkeep.releaseQuarantined(0);
  const { object: later } = await store.nodes.create(request(), node('node-4'));
  expect(later.podBlocks).toEqual(before.nodes.find(({ id }) => id === gone.id)?.podBlocks);
});

test('whoever holds a credential of a node that was removed is told so, also when it had been revoked before', async () => {
  const { store } = await testCluster();
  await store.joining.tokens.create(
    request(),
    { expiresInSeconds: 600, nodeName: null, addressCidr: null, requireApproval: false },
    'once',
  );
  const secret = { sha256: 'bearer', redisSha256: 'redis', lifetimeSeconds: 3600 };
  const { object } = await store.joining.join(request(), { tokenSha256: 'once', nodeName: 'node-1', from: '192.0.2.7' }, FACTS, secret);
  await store.joining.revoke(request(), object.node.id);
  await expect(store.tokens.authenticate('bearer')).rejects.toMatchObject({ code: 'Unauthenticated', message: 'the token is revoked' });
  await store.nodes.delete(request(), object.node.id, 'any', true);
  await expect(store.tokens.authenticate('bearer')).rejects.toMatchObject({
    code: 'NodeRemoved',
    errors: [{ pointer: `/nodes/${object.node.id}` }],
  });

  expect(await store.joining.forgetRemoved(60)).toBe(0);
  expect(await store.joining.forgetRemoved(0)).toBe(1);
  await expect(store.tokens.authenticate('bearer')).rejects.toMatchObject({ code: 'Unauthenticated' });
});
