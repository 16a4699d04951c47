import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, FACTS, openSession, port, request, service, testCluster } from './support/cluster.ts';

const EXTERNAL = { network: { externalCidrs: ['203.0.113.0/24'] } };

const create = (store: Store, name: string, changes: Parameters<typeof service>[1]) =>
  store.services.create(request(), service(name, changes));

test('no external address is allowed before the fleet has ranges for them', async () => {
  const { store } = await testCluster();
  await expect(create(store, 'svc', { externalIPs: ['203.0.113.1'] })).rejects.toMatchObject({
    code: 'AddressOutsidePool',
    errors: [{ pointer: '/externalIPs/0' }],
  });
  await store.cluster.update(request(), 'any', { externalCidrs: ['203.0.113.0/24'] });
  expect((await create(store, 'svc', { externalIPs: ['203.0.113.1'] })).object.externalIPs).toEqual(['203.0.113.1']);
});

test('an address outside the ranges, or of a node, is refused at its place', async () => {
  const { store } = await testCluster(EXTERNAL);
  await addNode(store, 'node-1', { ...FACTS, address: '203.0.113.250/24' });
  const refusal = async (changes: Parameters<typeof service>[1]) =>
    create(store, 'svc', changes).then(
      () => null,
      ({ code, errors }) => `${code} ${errors[0].pointer}`,
    );
  expect(await refusal({ externalIPs: ['203.0.113.1', '198.51.100.1'] })).toBe('AddressOutsidePool /externalIPs/1');
  expect(await refusal({ type: 'LoadBalancer', loadBalancerIPs: ['100.64.0.9'] })).toBe('AddressOutsidePool /loadBalancerIPs/0');
  expect(await refusal({ externalIPs: ['203.0.113.250'] })).toBe('AddressTaken /externalIPs/0');
  expect(await store.services.list({ limit: 1, cursor: null })).toMatchObject({ items: [] });
});

test('a node cannot have the address of a service', async () => {
  const { store } = await testCluster(EXTERNAL);
  const one = await addNode(store, 'node-1', { ...FACTS, address: '203.0.113.250/24' });
  await create(store, 'svc', { externalIPs: ['203.0.113.9'] });
  await expect(addNode(store, 'node-2', { ...FACTS, address: '203.0.113.9/24' })).rejects.toMatchObject({
    code: 'AddressTaken',
    message: "203.0.113.9 is an external address of service default/svc, and cannot be this node's",
  });
  // What was so before is no reason to turn a node away.
  await openSession(store, one.id, { ...FACTS, address: '203.0.113.250/24' });
});

test('an address, protocol and port belongs to one service; another port or protocol of it may be another one’s', async () => {
  const { store } = await testCluster(EXTERNAL);
  const { object } = await create(store, 'one', { externalIPs: ['203.0.113.1'] });
  await expect(create(store, 'two', { type: 'LoadBalancer', loadBalancerIPs: ['203.0.113.9', '203.0.113.1'] })).rejects.toMatchObject({
    code: 'AddressTaken',
    message: '203.0.113.1 TCP port 80 belongs to service default/one',
    errors: [{ pointer: '/loadBalancerIPs/1' }],
  });
  const { object: udp } = await create(store, 'udp', { externalIPs: ['203.0.113.1'], ports: [port(80, { protocol: 'UDP' })] });
  await expect(store.services.update(request(), udp.id, 'any', { ports: [port(80)] })).rejects.toMatchObject({ code: 'AddressTaken' });
  await store.services.update(request(), object.id, 'any', { externalIPs: [] });
  await store.services.update(request(), udp.id, 'any', { ports: [port(80)] });
  await store.services.delete(request(), udp.id, 'any');
  await store.services.update(request(), object.id, 'any', { externalIPs: ['203.0.113.1'] });
});

test('of twenty services that ask for one address and port at once, through two replicas, one gets it', async () => {
  const { store, replicas } = await testCluster({ ...EXTERNAL, replicas: 2 });
  const asked = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => create(replicas[n % 2] ?? store, `svc-${n}`, { externalIPs: ['203.0.113.1'] })),
  );
  const refused = asked.filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(19);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'AddressTaken', errors: [{ pointer: '/externalIPs/0' }] });
});

test('ranges can grow, and shrink as long as no service is outside', async () => {
  const { store } = await testCluster(EXTERNAL);
  const shrink = (externalCidrs: string[]) => store.cluster.update(request(), 'any', { externalCidrs });
  const { object } = await create(store, 'svc', { externalIPs: ['203.0.113.200'] });
  await expect(shrink(['203.0.113.0/25'])).rejects.toMatchObject({
    code: 'InUse',
    message: '203.0.113.200 of service default/svc would be outside',
    errors: [{ pointer: '/externalCidrs' }],
  });
  await shrink(['203.0.113.128/25', '198.51.100.0/24']);
  await store.services.delete(request(), object.id, 'any');
  expect((await shrink([])).object.externalCidrs).toEqual([]);
  await expect(shrink(['100.64.3.0/24'])).rejects.toMatchObject({ code: 'ValidationFailed', errors: [{ pointer: '/externalCidrs/0' }] });
});

test('ranges that shrink while services claim addresses leave none outside', async () => {
  const { store, replicas } = await testCluster({ ...EXTERNAL, replicas: 2 });
  await Promise.allSettled([
    ...Array.from({ length: 10 }, (_, n) => create(replicas[n % 2] ?? store, `svc-${n}`, { externalIPs: [`203.0.113.${n + 1}`] })),
    store.cluster.update(request(), 'any', { externalCidrs: [] }),
  ]);
  const { externalCidrs } = await store.cluster.get();
  const { items } = await store.services.list({ limit: 100, cursor: null });
  expect(externalCidrs.length === 0 ? items.length : 0).toBe(0);
});
