import type { RollbackChange } from '@weft/model';
import type { RollbackOrder, Store } from '@weft/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addNode, endpoint, pod, port, request, service, testCluster } from './support/cluster.ts';
import { EVENTS, HAPPEN, type World } from './support/events.ts';
import { EVERYTHING } from './support/pull.ts';

const order = (toRevision: number, changes: Partial<RollbackOrder> = {}): RollbackOrder => ({
  toRevision,
  kinds: ['service', 'pod'],
  namespace: 'default',
  deleteNewer: false,
  ...changes,
});

const revisionOf = async (store: Store) => (await store.cluster.get()).revision;
const brief = ({ action, kind, name }: RollbackChange) => `${action} ${kind} ${name}`;
const named = async (list: Store['services'] | Store['pods'], name: string) => (await list.list({ ...EVERYTHING, name })).items[0];

test('what was deleted comes back with its address and its endpoints, though the address is kept back from all others', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { object: svc } = await store.services.create(request(), service('svc', { labels: { tier: 'web' } }));
  await store.endpoints.create(request(), endpoint('svc', '203.0.113.1', { weight: 7, terminating: true }));
  const { object: one, revision } = await store.pods.create(request(), pod('pod-1'));
  await store.services.delete(request(), svc.id, 'any');
  await store.pods.delete(request(), one.id, 'any');
  await expect(store.services.create(request(), service('thief', { clusterIP: svc.clusterIP }))).rejects.toMatchObject({
    code: 'AddressTaken',
  });
  const { object } = await store.rollbacks.roll(request(), order(revision));
  expect(object.changes.map(brief)).toEqual(['created service svc', 'created endpoint svc 203.0.113.1:8080', 'created pod pod-1']);
  expect(await named(store.services, 'svc')).toMatchObject({ clusterIP: svc.clusterIP, labels: { tier: 'web' }, ports: [{ port: 80 }] });
  expect(await named(store.pods, 'pod-1')).toMatchObject({ ip: one.ip, node: 'node-1' });
  const [back] = (await store.endpoints.list(EVERYTHING)).items;
  expect(back).toMatchObject({ weight: 7, conditions: { serving: true, terminating: true } });
});

test('what was changed becomes what it was, and loses what it got since', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { object: svc } = await store.services.create(request(), service('svc', { labels: { tier: 'web' }, selector: { app: 'a' } }));
  const { object: one, revision } = await store.pods.create(request(), pod('pod-1', { labels: { app: 'a' } }));
  await store.services.update(request(), svc.id, 'any', {
    ports: [port(90)],
    labels: { more: 'x', tier: null },
    selector: { app: 'b', and: 'c' },
  });
  await store.pods.update(request(), one.id, 'any', { labels: { app: 'b' }, weight: 9 });
  const { object } = await store.rollbacks.roll(request(), order(revision));
  expect(object.changes.map(brief)).toEqual(['updated service svc', 'updated pod pod-1']);
  expect(await store.services.get(svc.id)).toMatchObject({ labels: { tier: 'web' }, selector: { app: 'a' }, ports: [{ port: 80 }] });
  expect((await store.services.get(svc.id)).labels).toEqual({ tier: 'web' });
  expect(await store.pods.get(one.id)).toMatchObject({ labels: { app: 'a' }, weight: 1 });
  expect((await store.rollbacks.roll(request(), order(revision))).object.changes).toEqual([]);
});

test('what was made since is left alone unless the order says otherwise', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { revision } = await store.services.create(request(), service('old'));
  await store.services.create(request(), service('new'));
  await store.endpoints.create(request(), endpoint('old', '203.0.113.1'));
  await store.endpoints.create(request(), endpoint('new', '203.0.113.2'));
  await store.pods.create(request(), pod('new'));
  expect((await store.rollbacks.roll(request(), order(revision))).object.changes).toEqual([]);
  const { object } = await store.rollbacks.roll(request(), order(revision, { deleteNewer: true }));
  expect(object.changes.map(brief)).toEqual(['deleted pod new', 'deleted endpoint old 203.0.113.1:8080', 'deleted service new']);
});

test('an object in the place of another that has other things for life gives way to it', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  await addNode(store, 'node-2');
  const { object: was } = await store.services.create(request(), service('svc'));
  const { object: first, revision } = await store.pods.create(request(), pod('pod', { node: 'node-1' }));
  await store.services.delete(request(), was.id, 'any');
  await store.pods.delete(request(), first.id, 'any');
  await store.services.create(request(), service('svc', { clusterIP: 'None' }));
  await store.pods.create(request(), pod('pod', { node: 'node-2' }));
  const { object } = await store.rollbacks.roll(request(), order(revision));
  expect(object.changes.map(brief)).toEqual(['deleted pod pod', 'deleted service svc', 'created service svc', 'created pod pod']);
  expect((await named(store.services, 'svc'))?.id).not.toBe(was.id);
  expect(await named(store.services, 'svc')).toMatchObject({ clusterIP: was.clusterIP });
  expect(await named(store.pods, 'pod')).toMatchObject({ ip: first.ip, node: 'node-1' });
});

test('endpoints that are as they were come back too when their service is made anew', async () => {
  const { store } = await testCluster();
  const { object: svc } = await store.services.create(request(), service('svc'));
  const { revision } = await store.endpoints.create(request(), endpoint('svc', '203.0.113.1'));
  await store.services.update(request(), svc.id, 'any', { type: 'ExternalName', externalName: 'a.example.com' });
  const { object } = await store.rollbacks.roll(request(), order(revision));
  expect(object.changes.map(brief)).toEqual(['deleted service svc', 'created service svc', 'created endpoint svc 203.0.113.1:8080']);
});

test('an endpoint that was made anew as it was comes back too when its service is made anew', async () => {
  const { store } = await testCluster();
  const { object: svc } = await store.services.create(request(), service('svc'));
  const { object: was, revision } = await store.endpoints.create(request(), endpoint('svc', '203.0.113.1'));
  await store.endpoints.delete(request(), was.id, 'any');
  await store.endpoints.create(request(), endpoint('svc', '203.0.113.1'));
  await store.services.update(request(), svc.id, 'any', { type: 'ExternalName', externalName: 'a.example.com' });
  const { object } = await store.rollbacks.roll(request(), order(revision));
  expect(object.changes.map(brief)).toEqual(['deleted service svc', 'created service svc', 'created endpoint svc 203.0.113.1:8080']);
});

test('all that stands in the way is named, and nothing is changed', async () => {
  const { store } = await testCluster();
  const { object: one } = await store.services.create(
    request(),
    service('one', { type: 'NodePort', ports: [port(80, { nodePort: 30_080 })] }),
  );
  await store.endpoints.create(request(), endpoint('one', '203.0.113.1'));
  const { object: two } = await store.services.create(request(), service('two'));
  const { object: three, revision } = await store.services.create(request(), service('three'));
  for (const { id } of [one, two, three]) await store.services.delete(request(), id, 'any');
  await store.upkeep.releaseQuarantined(0);
  await store.services.create(request(), service('thief', { clusterIP: two.clusterIP }));
  await store.services.create(request(), service('other', { type: 'NodePort', ports: [port(80, { nodePort: 30_080 })] }));
  const before = await revisionOf(store);
  const refusal = await store.rollbacks.roll(request(), order(revision)).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'NodePortTaken',
    errors: [
      {
        pointer: '/selection',
        code: 'NodePortTaken',
        message: 'service default/one: TCP node port 30080 belongs to service default/other',
      },
      {
        pointer: '/selection',
        code: 'AddressTaken',
        message: `service default/two: ${two.clusterIP} is not free: it belongs to service default/thief`,
      },
    ],
  });
  expect(await revisionOf(store)).toBe(before);
});

test('what is selected is brought back, by name, labels or id, and nothing else', async () => {
  const { store } = await testCluster();
  await store.namespaces.create(request(), { name: 'team', labels: {} });
  const made = async (name: string, namespace: string) =>
    (await store.services.create(request(), service(name, { namespace, labels: { name } }))).object.id;
  const [a, b, c] = [await made('a', 'default'), await made('b', 'default'), await made('c', 'team')];
  const revision = await revisionOf(store);
  const drop = async () => {
    for (const { id } of (await store.services.list(EVERYTHING)).items) await store.services.delete(request(), id, 'any');
  };
  const restored = async (changes: Partial<RollbackOrder>) => {
    await drop();
    const { object } = await store.rollbacks.roll(request(), order(revision, { namespace: undefined, ...changes }));
    return object.changes.map(({ name }) => name);
  };
  expect(await restored({ namespace: 'team' })).toEqual(['c']);
  expect(await restored({ ids: [a, c] })).toEqual(['a', 'c']);
  expect(await restored({ labelSelector: [{ operator: 'in', key: 'name', values: ['b'] }] })).toEqual(['b']);
  expect(await restored({ ids: [b], kinds: ['pod'] })).toEqual([]);
  expect(await restored({ ids: [a, b, c], within: ['team'] })).toEqual(['c']);
});

test('a namespace comes back with what was in it, and goes when it is newer', async () => {
  const { store } = await testCluster();
  const { object: team } = await store.namespaces.create(request(), { name: 'team', labels: { a: 'b' } });
  const { object: svc, revision } = await store.services.create(request(), service('svc', { namespace: 'team' }));
  await store.services.delete(request(), svc.id, 'any');
  await store.namespaces.delete(request(), team.id, 'any');
  await store.namespaces.create(request(), { name: 'late', labels: {} });
  await store.services.create(request(), service('late', { namespace: 'late' }));
  const all = { kinds: ['namespace', 'service'], namespace: undefined, deleteNewer: true } as const;
  const { object } = await store.rollbacks.roll(request(), order(revision, { ...all, kinds: [...all.kinds] }));
  expect(object.changes.map(brief)).toEqual([
    'deleted service late',
    'created namespace team',
    'created service svc',
    'deleted namespace late',
  ]);
  const refusal = store.rollbacks.roll(request(), order(0, { kinds: ['namespace'], namespace: undefined, deleteNewer: true }));
  await expect(refusal).rejects.toMatchObject({ code: 'InUse', errors: [{ message: expect.stringContaining('namespace team: ') }] });
});

test('a namespace is selected by its own name, and comes back before what was in it', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { object: team } = await store.namespaces.create(request(), { name: 'team', labels: { a: 'b' } });
  const { object: other } = await store.namespaces.create(request(), { name: 'other', labels: {} });
  const { object: svc } = await store.services.create(request(), service('svc', { namespace: 'team' }));
  await store.endpoints.create(request(), endpoint('svc', '203.0.113.1', { namespace: 'team' }));
  const { object: one, revision } = await store.pods.create(request(), pod('pod', { namespace: 'team' }));
  await store.services.delete(request(), svc.id, 'any');
  await store.pods.delete(request(), one.id, 'any');
  for (const { id } of [team, other]) await store.namespaces.delete(request(), id, 'any');
  const kinds: RollbackOrder['kinds'] = ['namespace', 'service', 'pod'];
  const { object } = await store.rollbacks.roll(request(), order(revision, { namespace: 'team', kinds }));
  expect(object.changes.map(brief)).toEqual([
    'created namespace team',
    'created service svc',
    'created endpoint svc 203.0.113.1:8080',
    'created pod pod',
  ]);
  const undo = order(object.undoRevision, { namespace: 'team', kinds, deleteNewer: true });
  const undone = (await store.rollbacks.roll(request(), undo)).object.changes.map(brief);
  expect(undone).toEqual(['deleted pod pod', 'deleted service svc', 'deleted namespace team']);
});

test('nodes become what they were, and are neither made nor deleted', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const revision = await revisionOf(store);
  await store.nodes.update(request(), node.id, 'any', { backend: 'iptables', labels: { a: 'b' }, zone: 'z' });
  const nodes = { kinds: ['node'] as RollbackOrder['kinds'], namespace: undefined };
  const { object } = await store.rollbacks.roll(request(), order(revision, nodes));
  expect(object.changes.map(brief)).toEqual(['updated node node-1']);
  const back = await store.nodes.get(node.id);
  expect([back.backend, back.labels, back.zone]).toEqual(['nftables', {}, null]);
  await addNode(store, 'node-2');
  expect((await store.rollbacks.roll(request(), order(revision, nodes))).object.changes).toEqual([]);
  await expect(store.rollbacks.roll(request(), order(revision, { ...nodes, deleteNewer: true }))).rejects.toMatchObject({ code: 'InUse' });
});

test('each object has a record of its own, all with the id of the request', async () => {
  const { store } = await testCluster();
  for (const name of ['a', 'b']) await store.services.create(request(), service(name));
  const before = await revisionOf(store);
  for (const { id } of (await store.services.list(EVERYTHING)).items) await store.services.delete(request(), id, 'any');
  const { concerns } = await store.rollbacks.roll(request({ requestId: 'req-back', operation: 'rollbackCreate' }), order(before));
  expect(concerns).toBe('all');
  const events = (await store.audit.list({ ...EVERYTHING, requestId: 'req-back' })).items;
  expect(events.map(({ operation, object, before: was }) => [operation, object.name, was])).toEqual([
    ['rollbackCreate', 'b', null],
    ['rollbackCreate', 'a', null],
  ]);
});

test('too much at once is refused', async () => {
  const { store } = await testCluster();
  for (let n = 0; n < 201; n += 1) await store.services.create(request(), service(`svc-${n}`, { clusterIP: 'None' }));
  await expect(store.rollbacks.roll(request(), order(0, { deleteNewer: true }))).rejects.toMatchObject({ code: 'ValidationFailed' });
});

/** What somebody said of all objects of a namespace, however often they were made anew. */
async function said(store: Store, revision: number): Promise<unknown> {
  const of = async (kind: 'service' | 'pod' | 'endpoint') =>
    (await store.past.objects(kind, revision, EVERYTHING)).items.map(({ object }) => object);
  const lasting = ({ id: _id, generation: _g, revision: _r, createdAt: _c, updatedAt: _u, status: _s, ...rest }: Record<string, unknown>) =>
    rest;
  const byText = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object, Object.keys(object).sort())).sort();
  const byHand = (await of('endpoint')).filter((one) => one.pod === null);
  return {
    services: byText((await of('service')).map(lasting)),
    pods: byText((await of('pod')).map(lasting)),
    byHand: byText(byHand.map(lasting)),
  };
}

test('after anything that may have happened everything comes back, and a rollback of the rollback undoes it', async () => {
  const { store } = await testCluster();
  const world: World = { store, node: await addNode(store, 'node-1'), other: await addNode(store, 'node-2'), step: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(1000)), { minLength: 4, maxLength: 16 }),
      fc.nat(1000),
      async (events, n) => {
        const first = await revisionOf(store);
        for (const [event, choice] of events) {
          world.step += 1;
          await HAPPEN[event](world, choice);
        }
        const last = await revisionOf(store);
        const toRevision = first + (n % (last - first + 1));
        const there = await store.rollbacks.roll(request(), order(toRevision, { deleteNewer: true }));
        expect(await said(store, await revisionOf(store))).toEqual(await said(store, toRevision));
        if (there.object.changes.length === 0) return;
        await store.rollbacks.roll(request(), order(there.object.undoRevision, { deleteNewer: true }));
        expect(await said(store, await revisionOf(store))).toEqual(await said(store, last));
      },
    ),
    { numRuns: 30 },
  );
});
