import { PLAIN_TRAFFIC } from '@weft/model';
import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, endpoint, objectsOf, pod, podReport, port, request, service, testCluster } from './support/cluster.ts';

type Patch = Parameters<Store['services']['update']>[3];

/** How many node ports and service addresses are taken. */
async function taken(store: Store) {
  const [services] = (await store.pools.list({ limit: 10, cursor: null })).items.filter(({ purpose }) => purpose === 'services');
  return { allocated: services?.addresses.allocated, quarantined: services?.addresses.quarantined };
}

test('a service says again everything that was asked of it, and nodes are told', async () => {
  const { store } = await testCluster({ network: { externalCidrs: ['203.0.113.0/24'] } });
  const node = await addNode(store, 'node-1');
  const asked = {
    ...PLAIN_TRAFFIC,
    externalIPs: ['203.0.113.1'],
    loadBalancerIPs: ['203.0.113.2'],
    loadBalancerSourceRanges: ['198.51.100.0/24'],
    sessionAffinity: 'ClientIP',
    sessionAffinityTimeoutSeconds: 60,
    internalTrafficPolicy: 'Local',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 30_999,
    trafficDistribution: 'PreferSameZone',
    scheduler: 'random',
  } as const;
  const input = service('svc', {
    ...asked,
    externalIPs: ['203.0.113.1'],
    loadBalancerIPs: ['203.0.113.2'],
    loadBalancerSourceRanges: ['198.51.100.0/24'],
  });
  const { object } = await store.services.create(request(), { ...input, type: 'LoadBalancer' });
  expect(object).toMatchObject({ ...asked, type: 'LoadBalancer' });
  expect(await store.services.get(object.id)).toEqual(object);
  expect((await store.agent.pull(node.id, null)).services).toMatchObject([{ ...asked, clusterIP: object.clusterIP }]);
  const patched = await store.services.update(request(), object.id, 'any', { scheduler: null, loadBalancerSourceRanges: [] });
  expect(patched).toMatchObject({
    concerns: 'all',
    object: { scheduler: null, loadBalancerSourceRanges: [], sessionAffinityTimeoutSeconds: 60 },
  });
});

test('a service without a dataplane asks nothing of nodes, addresses or node ports', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object, concerns } = await store.services.create(
    request(),
    service('db', { type: 'ExternalName', externalName: 'db.example.com', ports: [], selector: { app: 'db' } }),
  );
  expect(concerns).toEqual([]);
  expect(object).toMatchObject({ clusterIP: null, externalName: 'db.example.com', status: { phase: 'Programmed' } });
  const { object: one } = await store.pods.create(request(), pod('pod-a', { labels: { app: 'db' } }));
  await node.report({ pods: [podReport(one.id)] });
  expect((await store.endpoints.list({ limit: 10, cursor: null })).items).toEqual([]);
  expect((await store.agent.pull(node.id, null)).services).toEqual([]);
});

test('a change of type gives back and takes exactly what changes', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const labels = { app: 'web' };
  const { object: one } = await store.pods.create(request(), pod('pod-a', { labels }));
  await node.report({ pods: [podReport(one.id)] });
  const { object } = await store.services.create(request(), service('svc', { selector: labels }));
  const to = async (patch: Patch) => (await store.services.update(request(), object.id, 'any', patch)).object;
  const { clusterIP } = object;

  const balanced = await to({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
  expect(balanced).toMatchObject({ clusterIP, healthCheckNodePort: expect.any(Number) });
  const [{ nodePort } = { nodePort: null }] = balanced.ports;
  expect(nodePort).toEqual(expect.any(Number));

  const onNodes = await to({ type: 'NodePort' });
  expect(onNodes).toMatchObject({ clusterIP, healthCheckNodePort: null, externalTrafficPolicy: 'Local', ports: [{ nodePort }] });
  // Its health check port is free again.
  await store.services.create(
    request(),
    service('other', { type: 'NodePort', ports: [port(1, { nodePort: balanced.healthCheckNodePort })] }),
  );

  const inside = await to({ type: 'ClusterIP' });
  expect(inside).toMatchObject({ clusterIP, externalTrafficPolicy: 'Cluster', ports: [{ nodePort: null }] });

  const base = await store.agent.pull(node.id, null);
  const { concerns, object: elsewhere } = await store.services.update(request(), object.id, 'any', {
    type: 'ExternalName',
    externalName: 'a.example.com',
  });
  expect(concerns).toBe('all');
  expect(elsewhere).toMatchObject({ clusterIP: null, status: { endpoints: { ready: 0, total: 0 } } });
  expect(await taken(store)).toEqual({ allocated: 1, quarantined: 1 });
  expect(await store.agent.pull(node.id, base)).toMatchObject({ kind: 'delta', services: [], removed: [object.id] });

  const back = await to({ type: 'NodePort' });
  expect(back).toMatchObject({
    externalName: null,
    clusterIP: expect.stringMatching(/^198\.19\./),
    status: { endpoints: { ready: 1, total: 1 } },
  });
  expect(back.clusterIP).not.toBe(clusterIP);
  expect(await taken(store)).toEqual({ allocated: 2, quarantined: 1 });
});

test('a field that does not fit is refused in a patch as in a request, and one that lost its meaning goes by itself', async () => {
  const { store } = await testCluster();
  const { object } = await store.services.create(request(), service('svc', { type: 'NodePort', externalTrafficPolicy: 'Local' }));
  await expect(
    store.services.update(request(), object.id, 'any', { type: 'ClusterIP', externalTrafficPolicy: 'Local' }),
  ).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: [{ pointer: '/externalTrafficPolicy', code: 'NotAllowed' }],
  });
  await expect(store.services.update(request(), object.id, 'any', { type: 'ExternalName' })).rejects.toMatchObject({
    errors: [{ pointer: '/externalName', code: 'Required' }],
  });
  await store.services.update(request(), object.id, 'any', { sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: 5 });
  expect((await store.services.update(request(), object.id, 'any', { sessionAffinity: 'None' })).object).toMatchObject({
    sessionAffinityTimeoutSeconds: 10_800,
  });
});

test('a port number of several protocols gets one node port for all of them', async () => {
  const { store } = await testCluster();
  const dns = (protocol: 'TCP' | 'UDP' | 'SCTP', changes = {}) => port(53, { name: protocol.toLowerCase(), protocol, ...changes });
  const nodePortsOf = ({ ports }: { ports: { nodePort: number | null }[] }) => new Set(ports.map(({ nodePort }) => nodePort));
  const all = service('all', { type: 'NodePort', ports: [dns('TCP'), dns('UDP'), dns('SCTP'), port(80, { name: 'web' })] });
  const { object } = await store.services.create(request(), all);
  expect(nodePortsOf(object).size).toBe(2);
  const given = service('given', { type: 'NodePort', ports: [dns('TCP'), dns('UDP', { nodePort: 30_053 })] });
  expect(nodePortsOf((await store.services.create(request(), given)).object)).toEqual(new Set([30_053]));

  const grows = service('grows', { type: 'NodePort', ports: [dns('TCP')] });
  const { object: before } = await store.services.create(request(), grows);
  const { object: after } = await store.services.update(request(), before.id, 'any', { ports: [dns('TCP'), dns('UDP')] });
  expect(nodePortsOf(after)).toEqual(nodePortsOf(before));

  // Where another service has the number with the other protocol, the two differ.
  await store.services.create(request(), service('tcp', { type: 'NodePort', ports: [port(1, { nodePort: 31_000 })] }));
  const split = service('split', { type: 'NodePort', ports: [dns('UDP', { nodePort: 31_000 }), dns('TCP')] });
  expect(nodePortsOf((await store.services.create(request(), split)).object).size).toBe(2);
});

test('health check ports are node ports: one service has each, and the last goes to one of two', async () => {
  const { store, replicas } = await testCluster({ replicas: 2, network: { nodePortRange: { from: 30_000, to: 30_002 } } });
  const checked = (name: string, changes = {}) =>
    service(name, { type: 'LoadBalancer', externalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false, ...changes });
  const { object } = await store.services.create(request(), checked('one', { healthCheckNodePort: 30_000 }));
  expect(object).toMatchObject({ healthCheckNodePort: 30_000, ports: [{ nodePort: null }] });
  await expect(store.services.create(request(), checked('two', { healthCheckNodePort: 30_000 }))).rejects.toMatchObject({
    code: 'NodePortTaken',
    errors: [{ pointer: '/healthCheckNodePort' }],
  });
  await expect(
    store.services.create(request(), checked('two', { healthCheckNodePort: 30_001, ports: [port(80, { nodePort: 30_001 })] })),
  ).rejects.toMatchObject({ errors: [{ pointer: '/healthCheckNodePort', code: 'Repeated' }] });
  await expect(store.services.create(request(), checked('two', { healthCheckNodePort: 80 }))).rejects.toMatchObject({
    errors: [{ pointer: '/healthCheckNodePort', code: 'OutOfRange' }],
  });
  await store.services.create(request(), checked('two'));
  const last = await Promise.allSettled(
    ['three', 'four'].map((name, n) =>
      (replicas[n] ?? store).services.create(request(), n === 0 ? checked(name) : service(name, { type: 'NodePort' })),
    ),
  );
  expect(last.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(last.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'NodePortsExhausted' } });
  // A patch that says nothing of it keeps the port.
  expect(
    (await store.services.update(request(), object.id, 'any', { healthCheckNodePort: null, labels: { a: 'b' } })).object,
  ).toMatchObject({
    healthCheckNodePort: 30_000,
  });
});

test('a load balancer without node ports has those that it is given', async () => {
  const { store } = await testCluster();
  const { object } = await store.services.create(request(), service('svc', { type: 'LoadBalancer' }));
  const to = async (patch: Patch) => (await store.services.update(request(), object.id, 'any', patch)).object.ports[0]?.nodePort;
  const given = object.ports[0]?.nodePort;
  expect(await to({ allocateLoadBalancerNodePorts: false })).toBe(given);
  expect(await to({ ports: [port(80)] })).toBe(null);
  expect(await to({ ports: [port(80, { nodePort: 30_080 })] })).toBe(30_080);
  expect(await to({ ports: [port(80)], allocateLoadBalancerNodePorts: true })).toBe(30_080);
});

test('endpoints managed by hand outlive the time in which their service is a name for something else', async () => {
  const { store } = await testCluster();
  const { object: svc } = await store.services.create(request(), service('svc'));
  const created = await store.endpoints.create(request(), endpoint('svc', '203.0.113.7'));
  await store.services.update(request(), svc.id, 'any', { type: 'ExternalName', externalName: 'a.example.com' });
  const { object } = await store.services.update(request(), svc.id, 'any', { type: 'ClusterIP' });
  expect(object.status.endpoints).toEqual({ ready: 1, total: 1 });
  expect((await store.endpoints.list({ limit: 10, cursor: null })).items).toEqual(objectsOf([created]));
});
