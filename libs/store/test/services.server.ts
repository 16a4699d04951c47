import { expect, test } from 'vitest';
import { addNode, endpoint, node, objectsOf, pod, podReport, port, request, service, testCluster } from './support/cluster.ts';

test('forty services of type NodePort at once get forty node ports out of forty', async () => {
  const { store, replicas } = await testCluster({ replicas: 2, network: { nodePortRange: { from: 31000, to: 31039 } } });
  const services = objectsOf(
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (replicas[n % 2] ?? store).services.create(request(), service(`svc-${n}`, { type: 'NodePort' })),
      ),
    ),
  );
  const nodePorts = services.flatMap((one) => one.ports.map((each) => each.nodePort));
  expect(new Set(nodePorts).size).toBe(40);
  await expect(store.services.create(request(), service('svc-40', { type: 'NodePort' }))).rejects.toMatchObject({
    code: 'NodePortsExhausted',
  });
  // UDP has ports of its own.
  await store.services.create(request(), service('dns', { type: 'NodePort', ports: [port(53, { protocol: 'UDP', nodePort: 31000 })] }));
});

test('a node port that is asked for is given, or refused at its place', async () => {
  const { store } = await testCluster();
  const asking = (name: string, nodePort: number) =>
    store.services.create(
      request(),
      service(name, { type: 'NodePort', ports: [port(80, { name: 'a' }), port(81, { name: 'b', nodePort })] }),
    );
  expect((await asking('svc-a', 30123)).object.ports[1]?.nodePort).toBe(30123);
  await expect(asking('svc-b', 30123)).rejects.toMatchObject({
    code: 'NodePortTaken',
    message: 'TCP node port 30123 belongs to service default/svc-a',
    errors: [{ pointer: '/ports/1/nodePort' }],
  });
  await expect(asking('svc-b', 80)).rejects.toMatchObject({ code: 'ValidationFailed', errors: [{ pointer: '/ports/1/nodePort' }] });
});

test('new ports keep the node ports of those they replace; another type gives them back', async () => {
  const { store } = await testCluster({ network: { nodePortRange: { from: 30000, to: 30001 } } });
  const { object } = await store.services.create(
    request(),
    service('svc', { type: 'NodePort', ports: [port(80, { name: 'web' }), port(443, { name: 'tls' })] }),
  );
  const [web, tls] = object.ports.map((one) => one.nodePort);
  const changed = await store.services.update(request(), object.id, 'any', {
    ports: [port(443, { name: 'renamed' }), port(8080, { name: 'web' })],
  });
  expect(changed.object.ports.map((one) => one.nodePort)).toEqual([tls, web]);
  const inner = await store.services.update(request(), object.id, 'any', { type: 'ClusterIP' });
  expect(inner.object.ports.map((one) => one.nodePort)).toEqual([null, null]);
  expect(inner.object.clusterIP).toBe(object.clusterIP);
  await store.services.create(request(), service('other', { type: 'NodePort', ports: [port(1, { nodePort: web ?? null })] }));
});

test('a headless service has no address, concerns no node and cannot be of type NodePort', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { object, concerns } = await store.services.create(request(), service('svc', { clusterIP: 'None', selector: { app: 'a' } }));
  expect(concerns).toEqual([]);
  expect(object).toMatchObject({ clusterIP: 'None', status: { phase: 'Programmed', nodes: { desired: 0 } } });
  await expect(store.services.update(request(), object.id, 'any', { type: 'NodePort' })).rejects.toMatchObject({
    code: 'ValidationFailed',
    errors: [{ pointer: '/type' }],
  });
});

test('endpoints follow the pods that are ready, their ports by name, and the selector', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const labels = { app: 'web' };
  const ports = [{ name: 'http', containerPort: 8080, protocol: 'TCP' } as const];
  const { object: svc } = await store.services.create(
    request(),
    service('svc', { selector: labels, ports: [port(80, { targetPort: 'http' })] }),
  );
  const { object: one } = await store.pods.create(request(), pod('pod-a', { labels, ports }));
  const endpoints = async () => (await store.endpoints.list({ limit: 10, cursor: null, service: 'svc', namespace: 'default' })).items;
  expect(await endpoints()).toMatchObject([{ ip: one.ip, port: 8080, pod: 'pod-a', node: 'node-1', conditions: { ready: false } }]);

  const ready = await node.report({ pods: [podReport(one.id)] });
  expect(ready.changed?.concerns).toBe('all');
  expect(await endpoints()).toMatchObject([{ conditions: { ready: true } }]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 1, total: 1 });

  await store.pods.update(request(), one.id, 'any', { ports: [{ name: 'http', containerPort: 9090, protocol: 'TCP' }] });
  expect(await endpoints()).toMatchObject([{ port: 9090, conditions: { ready: true } }]);
  await store.pods.update(request(), one.id, 'any', { labels: { app: null } });
  expect(await endpoints()).toEqual([]);
  await store.pods.update(request(), one.id, 'any', { labels });
  await store.services.update(request(), svc.id, 'any', { selector: { app: 'other' } });
  expect(await endpoints()).toEqual([]);
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 0, total: 0 });
});

test('endpoints of a service without a selector are managed by hand, others are not', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: svc } = await store.services.create(request(), service('svc'));
  const input = endpoint('svc', '203.0.113.7', { node: 'node-1' });
  const { object, concerns } = await store.endpoints.create(request(), input);
  expect(concerns).toBe('all');
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 1, total: 1 });
  await expect(store.endpoints.create(request(), input)).rejects.toMatchObject({ code: 'AddressTaken' });
  await expect(store.nodes.delete(request(), node.id, 'any')).rejects.toMatchObject({ code: 'InUse' });
  expect((await store.endpoints.update(request(), object.id, 'any', { ready: false })).object).toMatchObject({ generation: 2 });
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 0, total: 1 });
  await store.endpoints.delete(request(), object.id, 'any');
  expect((await store.services.get(svc.id)).status.endpoints).toEqual({ ready: 0, total: 0 });

  await store.services.create(request(), service('chosen', { selector: { app: 'a' } }));
  await store.pods.create(request(), pod('pod-a', { labels: { app: 'a' } }));
  await expect(store.endpoints.create(request(), { ...input, service: 'chosen' })).rejects.toMatchObject({
    errors: [{ pointer: '/service' }],
  });
  const [derived] = (await store.endpoints.list({ limit: 1, cursor: null, service: 'chosen' })).items;
  await expect(store.endpoints.delete(request(), derived?.id ?? '', 'any')).rejects.toMatchObject({ code: 'InUse' });
});

test('a service says how far it has come on the nodes', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  await store.nodes.create(request(), node('never'));
  const { object, revision } = await store.services.create(request(), service('svc'));
  expect(object.status).toMatchObject({ phase: 'Pending', nodes: { desired: 2, applied: 0, stale: 2, waitingFor: ['node-1', 'node-2'] } });
  await one.report({ appliedRevision: revision });
  await two.report({ failure: { code: 'ApplyFailed', message: 'no such table' } });
  expect((await store.services.get(object.id)).status).toMatchObject({ phase: 'Failed', nodes: { applied: 1, failed: 1, stale: 0 } });
  expect(await store.fleet.lagging()).toMatchObject([{ name: 'node-2', phase: 'Failed', desiredRevision: revision }]);
  await two.applyAll();
  expect((await store.services.get(object.id)).status).toMatchObject({ phase: 'Programmed', nodes: { applied: 2, waitingFor: [] } });
  expect(await store.fleet.lagging()).toEqual([]);
});
