import { BACKEND_CAPABILITIES, type Capability, Scheduler } from '@weft/model';
import { expect, test } from 'vitest';
import { addNode, node, request, service, testCluster } from './support/cluster.ts';

const schedulersOf = (backend: keyof typeof BACKEND_CAPABILITIES) =>
  Scheduler.options.filter((scheduler) => BACKEND_CAPABILITIES[backend].includes(`scheduler ${scheduler}` satisfies Capability));

/** A scheduler that every backend has, and one that iptables has not. */
const EVERYWHERE = Scheduler.parse(schedulersOf('nftables').find((one) => schedulersOf('iptables').includes(one)));
const ELSEWHERE = Scheduler.parse(Scheduler.options.find((one) => !schedulersOf('iptables').includes(one)));

test('what the backend of some node cannot do is refused, naming field, capability and nodes', async () => {
  const { store } = await testCluster();
  // Before there is a node, nobody knows of one that cannot.
  const { object: early } = await store.services.create(request(), service('early', { scheduler: ELSEWHERE }));
  await store.services.delete(request(), early.id, 'any');
  for (const name of ['node-2', 'node-1']) await store.nodes.create(request(), node(name, { backend: 'iptables' }));
  await expect(store.services.create(request(), service('svc', { scheduler: ELSEWHERE }))).rejects.toMatchObject({
    code: 'BackendUnsupported',
    message: `backend iptables of nodes node-1, node-2 has no scheduler ${ELSEWHERE}`,
    errors: [{ pointer: '/scheduler', code: 'BackendUnsupported' }],
  });
  const { object } = await store.services.create(request(), service('svc', { scheduler: EVERYWHERE }));
  await expect(store.services.update(request(), object.id, 'any', { scheduler: ELSEWHERE })).rejects.toMatchObject({
    code: 'BackendUnsupported',
  });
  await store.services.create(request(), service('headless', { clusterIP: 'None' }));
});

test('a node gets no backend that cannot do what services ask for', async () => {
  const { store } = await testCluster();
  const { object } = await store.services.create(request(), service('svc', { scheduler: ELSEWHERE }));
  await expect(store.nodes.create(request(), node('node-1', { backend: 'iptables' }))).rejects.toMatchObject({
    code: 'BackendUnsupported',
    message: `backend iptables has no scheduler ${ELSEWHERE}, which service default/svc needs`,
    errors: [{ pointer: '/backend' }],
  });
  await store.services.update(request(), object.id, 'any', { scheduler: null });
  const one = await addNode(store, 'node-1');
  await store.nodes.update(request(), one.id, 'any', { backend: 'iptables' });
});

test('of a service that asks and a node that cannot, at once and through two replicas, one is refused', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  for (let round = 0; round < 5; round++) {
    const [asks, cannot] = await Promise.allSettled([
      store.services.create(request(), service(`svc-${round}`, { scheduler: ELSEWHERE })),
      (replicas[1] ?? store).nodes.create(request(), node(`node-${round}`, { backend: 'iptables' })),
    ]);
    expect([asks.status, cannot.status].sort()).toEqual(['fulfilled', 'rejected']);
    if (asks.status === 'fulfilled') await store.services.delete(request(), asks.value.object.id, 'any');
    if (cannot.status === 'fulfilled') await store.nodes.delete(request(), cannot.value.object.id, 'any');
  }
});
