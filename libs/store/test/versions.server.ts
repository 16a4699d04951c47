import { expect, test } from 'vitest';
import { addNode, node, pod, port, request, service, testCluster } from './support/cluster.ts';

test('a stale version is refused and changes nothing; the right one and `any` are taken', async () => {
  const { store } = await testCluster();
  const { epoch } = await store.cluster.get();
  const { object } = await store.services.create(request(), service('svc'));
  const stale = [
    { epoch, generation: 2 },
    { epoch: 'another', generation: 1 },
  ];
  for (const match of stale) {
    const refusal = { code: 'PreconditionFailed', errors: [{ pointer: 'header/if-match' }] };
    await expect(store.services.update(request(), object.id, match, { labels: { a: 'b' } })).rejects.toMatchObject(refusal);
    await expect(store.services.delete(request(), object.id, match)).rejects.toMatchObject(refusal);
  }
  const second = await store.services.update(request(), object.id, { epoch, generation: 1 }, { labels: { a: 'b' } });
  expect(second.object).toMatchObject({ generation: 2, labels: { a: 'b' } });
  expect((await store.services.update(request(), object.id, 'any', { labels: null })).object).toMatchObject({ generation: 3, labels: {} });
});

test('two patches of the same version at once: one is taken', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const { epoch } = await store.cluster.get();
  await addNode(store, 'node-1');
  const { object } = await store.pods.create(request(), pod('pod-a'));
  const outcomes = await Promise.allSettled(
    replicas.map((replica, n) => replica.pods.update(request(), object.id, { epoch, generation: 1 }, { labels: { n: String(n) } })),
  );
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'PreconditionFailed' } });
});

test('a status does not invalidate the version somebody has read', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { epoch } = await store.cluster.get();
  const { object } = await store.pods.create(request(), pod('pod-a'));
  await node.report({ pods: [{ id: object.id, phase: 'Running', ready: true, reason: 'Ready', message: '' }] });
  const after = await store.pods.get(object.id);
  expect(after.revision).toBeGreaterThan(object.revision);
  expect(after.generation).toBe(1);
  await store.pods.update(request(), object.id, { epoch, generation: 1 }, { labels: { a: 'b' } });
});

test('a patch that changes nothing gets no revision and leaves no trace', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: one } = await store.pods.create(request(), pod('pod-a', { labels: { a: 'b' } }));
  const { object: svc } = await store.services.create(request(), service('svc', { type: 'NodePort', selector: { a: 'b' } }));
  const { revision } = await store.cluster.get();
  const patches = [
    await store.pods.update(request(), one.id, 'any', { labels: { a: 'b', c: null } }),
    await store.services.update(request(), svc.id, 'any', { selector: { a: 'b' }, ports: [port(80)] }),
    await store.nodes.update(request(), node.id, 'any', { backend: 'nftables' }),
    await store.cluster.update(request(), 'any', { overlay: 'auto' }),
  ];
  for (const patch of patches) expect(patch).toMatchObject({ operationId: null, concerns: [], status: 200 });
  expect((await store.cluster.get()).revision).toBe(revision);
});

test('labels that would not be labels are refused at their place', async () => {
  const { store } = await testCluster();
  const { object } = await store.services.create(request(), service('svc'));
  await expect(store.services.update(request(), object.id, 'any', { labels: { 'a/b': 'not a value' } })).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: [{ pointer: '/labels/a~1b' }],
  });
});

test('what other objects need is not deleted', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: team } = await store.namespaces.create(request(), { name: 'team', labels: {} });
  const { object: one } = await store.pods.create(request(), pod('pod-a', { namespace: 'team' }));
  await expect(store.nodes.delete(request(), node.id, 'any')).rejects.toMatchObject({ code: 'InUse' });
  await expect(store.namespaces.delete(request(), team.id, 'any')).rejects.toMatchObject({ code: 'InUse' });
  await store.pods.delete(request(), one.id, 'any');
  await store.namespaces.delete(request(), team.id, 'any');
  await store.nodes.delete(request(), node.id, 'any');
  const [standard] = (await store.namespaces.list({ limit: 10, cursor: null })).items;
  await expect(store.namespaces.delete(request(), standard?.id ?? '', 'any')).rejects.toMatchObject({ code: 'InUse' });
});

test('names are unique where they have to be, also when two come at once', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  await addNode(store, 'node-1');
  await store.namespaces.create(request(), { name: 'team', labels: {} });
  const outcomes = await Promise.allSettled(replicas.map((replica) => replica.pods.create(request(), pod('pod-a'))));
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({
    reason: { code: 'NameTaken', errors: [{ pointer: '/name' }] },
  });
  await store.pods.create(request(), pod('pod-a', { namespace: 'team' }));
  await expect(addNode(store, 'node-1')).rejects.toMatchObject({ code: 'NameTaken' });
  await expect(store.pods.create(request(), pod('pod-b', { namespace: 'nobody' }))).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: [{ pointer: '/namespace' }],
  });
});

test('a backend that a node cannot run is refused; one nobody knows of yet is not', async () => {
  const { store } = await testCluster();
  const { object } = await store.nodes.create(request(), node('node-1', { backend: 'iptables' }));
  const facts = {
    address: '192.0.2.1/24',
    mtu: 1500,
    executorVersion: 'test',
    kernel: '6.1',
    podLinks: ['bridge' as const],
    overlays: ['direct' as const],
    tools: {},
    problems: [],
  };
  await store.nodes.update(request(), object.id, 'any', { backend: 'nftables' });
  await store.agent.openSession(request(), object.id, { ...facts, backends: ['nftables'] });
  await expect(store.nodes.update(request(), object.id, 'any', { backend: 'iptables' })).rejects.toMatchObject({
    code: 'BackendUnsupported',
    errors: [{ pointer: '/backend' }],
  });
});
