import { deriveEndpoints, type Endpoint, type Labels, type Pod, type Service } from '@weft/model';
import type { Store } from '@weft/store';
import { expect, test } from 'vitest';
import { addNode, endpoint, objectsOf, pod, podReport, port, request, service, testCluster } from './support/cluster.ts';

const EVERYTHING = { limit: 1000, cursor: null };

const shape = ({ portName, ip, port: number, ready }: { portName: string | null; ip: string; port: number; ready: boolean }) =>
  `${portName} ${ip}:${number} ${ready}`;

const endpointShape = ({ conditions, ...endpoint }: Endpoint) => shape({ ...endpoint, ready: conditions.ready });

/** What the services' endpoints should be, computed from all services and pods at once. */
function expectedEndpoints(one: Service, pods: readonly Pod[]): string[] {
  const selectable = pods
    .filter((each) => each.namespace === one.namespace)
    .map((each) => ({
      ...each,
      ready: each.status.ready,
      wired: each.status.phase === 'Running',
      terminating: each.status.terminatesAt !== null,
      withdrawn: null,
    }));
  return deriveEndpoints(one, selectable).map(shape).sort();
}

/** Every service has exactly the endpoints it should have, and counts them rightly. */
async function expectConsistent(store: Store): Promise<void> {
  const { items: pods } = await store.pods.list(EVERYTHING);
  for (const one of (await store.services.list(EVERYTHING)).items) {
    const { items } = await store.endpoints.list({ ...EVERYTHING, service: one.name, namespace: one.namespace });
    expect(items.map(endpointShape).sort()).toEqual(expectedEndpoints(one, pods));
    expect(one.status.endpoints).toEqual({ total: items.length, ready: items.filter((endpoint) => endpoint.conditions.ready).length });
  }
}

test('sixty pods behind one service that become ready at once are all behind it', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const nodes = await Promise.all(['node-1', 'node-2', 'node-3'].map((name) => addNode(store, name)));
  const labels: Labels = { app: 'web' };
  await store.services.create(request(), service('svc', { selector: labels }));
  const pods = objectsOf(
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (replicas[n % 2] ?? store).pods.create(request(), pod(`pod-${n}`, { labels, node: `node-${1 + (n % 3)}` })),
      ),
    ),
  );
  await Promise.all(pods.map((one) => nodes.find((node) => node.name === one.node)?.report({ pods: [podReport(one.id)] })));
  const [svc] = (await store.services.list(EVERYTHING)).items;
  expect(svc?.status.endpoints).toEqual({ ready: 60, total: 60 });
  await expectConsistent(store);
});

test('services that change what they select while pods change their labels and readiness, and begin to go, end up with the right endpoints', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const node = await addNode(store, 'node-1');
  const pods = objectsOf(
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => store.pods.create(request(), pod(`pod-${n}`, { labels: { tier: `t${n % 2}` } }))),
    ),
  );
  const work: (() => Promise<unknown>)[] = [];
  for (let round = 0; round < 6; round++) {
    const replica = replicas[round % 2] ?? store;
    work.push(() => replica.services.create(request(), service(`svc-${round}`, { selector: { tier: `t${round % 2}` } })));
    for (const [n, one] of pods.entries()) {
      work.push(() => replica.pods.update(request(), one.id, 'any', { labels: { tier: `t${(n + round) % 3}` } }));
      work.push(() => node.report({ pods: [podReport(one.id, (n + round) % 2 === 0)] }));
      if (n === round) work.push(() => replica.pods.delete(request(), one.id, 'any', 600));
    }
    work.push(async () => {
      const { items } = await replica.services.list({ ...EVERYTHING, name: 'svc-0' });
      for (const one of items)
        await replica.services.update(request(), one.id, 'any', { selector: { tier: `t${round % 3}` }, ports: [port(80 + round)] });
    });
  }
  await Promise.all(work.map((one) => one()));
  await expectConsistent(store);
});

test('pods and services that come and go in many namespaces at once never wait for each other in a circle', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const nodes = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const namespaces = ['a', 'b', 'c'];
  for (const name of namespaces) await store.namespaces.create(request(), { name, labels: {} });
  const labels: Labels = { app: 'web' };
  const life = async (n: number) => {
    const replica = replicas[n % 2] ?? store;
    const namespace = namespaces[n % 3] ?? 'a';
    const node = nodes[n % 2];
    const { object: one } = await replica.pods.create(request(), pod(`pod-${n}`, { namespace, labels, node: `node-${1 + (n % 2)}` }));
    const { object: svc } = await replica.services.create(
      request(),
      service(`svc-${n}`, { namespace, selector: labels, type: 'NodePort' }),
    );
    await node?.report({ pods: [podReport(one.id)] });
    await replica.nodes.update(request(), node?.id ?? '', 'any', { labels: { n: String(n) } });
    await (n % 2 === 0 ? replica.pods.delete(request(), one.id, 'any') : replica.services.delete(request(), svc.id, 'any'));
  };
  await Promise.all(Array.from({ length: 18 }, (_, n) => life(n)));
  await expectConsistent(store);
});

test('endpoints that many change by hand at once, of one service and of several, are as they were asked to be, and counted', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const names = ['svc-0', 'svc-1', 'svc-2'] as const;
  const services = objectsOf(await Promise.all(names.map((name) => store.services.create(request(), service(name)))));
  const any = (n: number) => replicas[n % 2] ?? store;
  const wanted = Array.from({ length: 30 }, (_, n) => endpoint(names[n % 3] ?? '', `203.0.113.${n + 1}`));
  const endpoints = objectsOf(await Promise.all(wanted.map((one, n) => any(n).endpoints.create(request(), one))));
  await Promise.all([
    ...services.map(({ id }) => store.services.update(request(), id, 'any', { sessionAffinity: 'ClientIP' })),
    ...endpoints.flatMap(({ id }, n) =>
      n % 5 === 0
        ? [any(n).endpoints.delete(request(), id, 'any')]
        : [2, 3, 5].map((weight) => any(n + weight).endpoints.update(request(), id, 'any', { weight, ready: weight % 2 === 0 })),
    ),
  ]);
  for (const { name, status } of (await store.services.list(EVERYTHING)).items) {
    const { items } = await store.endpoints.list({ ...EVERYTHING, service: name });
    expect(items.map(({ generation }) => generation)).toEqual(Array.from({ length: 8 }, () => 4));
    expect(items.every(({ weight, conditions }) => conditions.ready === (weight === 2))).toBe(true);
    expect(status.endpoints).toEqual({ total: 8, ready: items.filter(({ conditions }) => conditions.ready).length });
  }
});
