import { expect, test } from 'vitest';
import { addNode, pod, request, service, testCluster } from './support/cluster.ts';

const keyed = (key: string, fingerprint = 'body-1', path = '/pods') => request({ idempotency: { key, method: 'POST', path, fingerprint } });

test('the same request again gets the same answer and does nothing', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const first = await store.pods.create(keyed('k'), pod('pod-a'));
  const second = await store.pods.create(keyed('k'), pod('pod-a'));
  expect(first.replayed).toBe(false);
  expect(second).toEqual({ ...first, replayed: true });
  expect((await store.cluster.get()).revision).toBe(first.revision);
});

test('the same key for another body is refused; for another path it is another key', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  await store.pods.create(keyed('k'), pod('pod-a'));
  await expect(store.pods.create(keyed('k', 'body-2'), pod('pod-b'))).rejects.toMatchObject({
    code: 'IdempotencyKeyReused',
    errors: [{ pointer: 'header/idempotency-key' }],
  });
  expect((await store.services.create(keyed('k', 'body-1', '/services'), service('svc'))).replayed).toBe(false);
});

test('twenty of the same request at once, through two replicas, are carried out once', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  await addNode(store, 'node-1');
  const commits = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (replicas[n % 2] ?? store).services.create(keyed('k'), service('svc'))),
  );
  expect(new Set(commits.map((commit) => commit.object.id)).size).toBe(1);
  expect(commits.filter((commit) => !commit.replayed)).toHaveLength(1);
});

test('a request that was refused is carried out when it comes again', async () => {
  const { store } = await testCluster();
  await expect(store.pods.create(keyed('k'), pod('pod-a'))).rejects.toMatchObject({ code: 'NoNodeAvailable' });
  await addNode(store, 'node-1');
  expect((await store.pods.create(keyed('k'), pod('pod-a'))).replayed).toBe(false);
});

test('keys are forgotten after their time', async () => {
  const { store } = await testCluster();
  const namespace = { name: 'team', labels: {} };
  await store.namespaces.create(keyed('k'), namespace);
  expect(await store.upkeep.expireIdempotencyKeys(3600)).toBe(0);
  expect(await store.upkeep.expireIdempotencyKeys(0)).toBe(1);
  await expect(store.namespaces.create(keyed('k'), namespace)).rejects.toMatchObject({ code: 'NameTaken' });
});
