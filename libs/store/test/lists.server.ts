import { fulfils, type Labels, type Requirement } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addNode, objectsOf, pod, request, service, testCluster } from './support/cluster.ts';

test('pages hold everything once, however much comes and goes between them', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const pods = [];
  for (let n = 0; n < 12; n++) pods.push((await store.pods.create(request(), pod(`pod-${n}`))).object);
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let turn = 0; ; turn++) {
    const page: Awaited<ReturnType<typeof store.pods.list>> = await store.pods.list({ limit: 3, cursor });
    seen.push(...page.items.map((one) => one.name));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
    // One that was shown goes, one that was not shown goes, one comes.
    if (turn === 0) for (const gone of [pods[1], pods[8]]) await store.pods.delete(request(), gone?.id ?? '', 'any');
    if (turn === 1) await store.pods.create(request(), pod('late'));
  }
  expect(seen).toEqual(['pod-0', 'pod-1', 'pod-2', 'pod-3', 'pod-4', 'pod-5', 'pod-6', 'pod-7', 'pod-9', 'pod-10', 'pod-11', 'late']);
});

test('what no list gave out is no cursor', async () => {
  const { store } = await testCluster();
  for (const cursor of ['', 'x', "' OR 1=1", 'bmV4dA=='])
    await expect(store.pods.list({ limit: 3, cursor })).rejects.toMatchObject({
      code: 'BadRequest',
      errors: [{ pointer: 'query/cursor' }],
    });
  await expect(store.audit.list({ limit: 3, cursor: Buffer.from('abc').toString('base64url') })).rejects.toMatchObject({
    code: 'BadRequest',
  });
});

const key = fc.constantFrom('app', 'tier', 'example.com/zone');
const value = fc.constantFrom('a', 'b', '');
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ operator: fc.constantFrom('exists' as const, 'absent' as const), key, values: fc.constant([]) }),
  fc.record({ operator: fc.constantFrom('in' as const, 'notin' as const), key, values: fc.array(value, { minLength: 1, maxLength: 2 }) }),
);

test('the database matches label selectors as the model does', async () => {
  const { store } = await testCluster();
  const all: Labels[] = [
    {},
    { app: 'a' },
    { app: 'b', tier: 'a' },
    { app: '', 'example.com/zone': 'b' },
    { tier: 'b' },
    { app: 'a', tier: 'b' },
  ];
  for (const [n, labels] of all.entries()) await store.namespaces.create(request(), { name: `ns-${n}`, labels });
  const { items } = await store.namespaces.list({ limit: 100, cursor: null });
  await fc.assert(
    fc.asyncProperty(fc.array(requirement, { maxLength: 3 }), async (labelSelector) => {
      const page = await store.namespaces.list({ limit: 100, cursor: null, labelSelector });
      expect(page.items).toEqual(items.filter((one) => fulfils(labelSelector, one.labels)));
    }),
    { numRuns: 60 },
  );
});

test('lists are narrowed by namespace, name, node and service', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  await addNode(store, 'node-2');
  await store.namespaces.create(request(), { name: 'team', labels: {} });
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  await store.pods.create(request(), pod('one', { node: 'node-1', labels: { app: 'a' } }));
  await store.pods.create(request(), pod('two', { node: 'node-2' }));
  await store.pods.create(request(), pod('one', { node: 'node-2', namespace: 'team', labels: { app: 'a' } }));
  const all = { limit: 10, cursor: null };
  const named = async (query: Parameters<typeof store.pods.list>[0]) =>
    (await store.pods.list(query)).items.map((each) => `${each.namespace}/${each.name}`);
  expect(await named({ ...all, namespace: 'team' })).toEqual(['team/one']);
  expect(await named({ ...all, name: 'one' })).toEqual(['default/one', 'team/one']);
  expect(await named({ ...all, node: 'node-2' })).toEqual(['default/two', 'team/one']);
  expect(await named({ ...all, namespace: 'default', service: 'svc' })).toEqual(['default/one']);
  expect(await named({ ...all, node: 'nobody' })).toEqual([]);
});

test('audit and operations are two readings of the same changes, newest first', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const ctx = request({ requestId: 'the-one', operation: 'serviceCreate', actor: { kind: 'user', name: 'ada', tokenId: 'tok_1' } });
  const created = await store.services.create(ctx, service('svc'));
  const patched = await store.services.update(request(), created.object.id, 'any', { labels: { a: 'b' } });
  await store.services.delete(request(), created.object.id, 'any');
  const all = { limit: 10, cursor: null };

  const [event] = (await store.audit.list({ ...all, requestId: 'the-one' })).items;
  expect(event).toMatchObject({
    operation: 'serviceCreate',
    actor: { kind: 'user', name: 'ada', tokenId: 'tok_1' },
    sourceAddress: '127.0.0.1',
    object: { kind: 'service', id: created.object.id, namespace: 'default', name: 'svc' },
    revision: created.revision,
    before: null,
    after: { name: 'svc', clusterIP: created.object.clusterIP },
  });
  const ofObject = await store.audit.list({ ...all, object: created.object.id });
  expect(ofObject.items.map((one) => [one.before === null, one.after === null])).toEqual([
    [false, true],
    [false, false],
    [true, false],
  ]);
  expect(ofObject.items[1]).toMatchObject({ before: { labels: {} }, after: { labels: { a: 'b' } } });
  expect((await store.audit.list({ ...all, actor: 'ada' })).items).toHaveLength(1);
  expect((await store.audit.list({ ...all, until: event?.at ?? '' })).items.map((one) => one.object.kind)).toEqual(['node', 'node']);
  expect(await store.audit.get(event?.id ?? '')).toEqual(event);

  const operation = () => store.operations.get(created.operationId ?? '');
  expect(await operation()).toMatchObject({
    phase: 'Pending',
    requestId: 'the-one',
    nodes: { desired: 1, applied: 0, waitingFor: ['node-1'] },
  });
  await node.report({ appliedRevision: created.revision });
  expect(await operation()).toMatchObject({ phase: 'Applied', nodes: { applied: 1 } });
  // New labels are nothing that a node has to do.
  expect(await store.operations.get(patched.operationId ?? '')).toMatchObject({ phase: 'Applied', nodes: { desired: 0 } });
  const pages = [];
  for (let cursor: string | null = null, more = true; more; ) {
    const page: Awaited<ReturnType<typeof store.operations.list>> = await store.operations.list({ limit: 2, cursor });
    pages.push(page.items.map((one) => one.revision));
    cursor = page.nextCursor;
    more = cursor !== null;
  }
  expect(pages).toEqual([[5, 4], [3, 2], [1]]);
  expect(objectsOf([created])[0]?.revision).toBe(3);
});
