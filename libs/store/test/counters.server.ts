import type { CountersReport } from '@weft/model';
import { describe, expect, it, test } from 'vitest';
import { totalOf } from '../src/counters/service-counters.ts';
import { addNode, openSession, request, service, testCluster } from './support/cluster.ts';

type Counter = CountersReport['counters'][number];

const counter = (id: Counter['service'], connections: number, more: Partial<Counter> = {}): Counter => ({
  service: id,
  protocol: 'TCP',
  port: 80,
  connections,
  packets: null,
  bytes: null,
  ...more,
});

async function fleet() {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const dns = { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53, nodePort: null } as const;
  const { object } = await store.services.create(
    request(),
    service('web', { ports: [{ ...dns, name: 'web', protocol: 'TCP', port: 80 }, dns] }),
  );
  return { store, one, two, id: object.id };
}

test('the last word of each node counts, and all nodes together', async () => {
  const { store, one, two, id } = await fleet();
  expect(await store.counters.ofService(id)).toEqual({ service: id, ports: [], nodes: [] });
  const udp = { protocol: 'UDP', port: 53 } as const;
  expect(await store.counters.take(one.id, { session: one.session, counters: [counter(id, 5), counter(id, 1, udp)] })).toEqual({ kept: 2 });
  await store.counters.take(one.id, { session: one.session, counters: [counter(id, 7)] });
  await store.counters.take(two.id, { session: two.session, counters: [counter(id, 10, { packets: 2 ** 40, bytes: 2 ** 50 })] });
  const { revision } = await store.cluster.get();
  const { ports, nodes } = await store.counters.ofService(id);
  const { service: _, ...onlyUdp } = counter(id, 1, udp);
  const { service: __, ...tcp } = counter(id, 17, { packets: 2 ** 40, bytes: 2 ** 50 });
  expect(ports).toEqual([onlyUdp, tcp]);
  expect(nodes.map(({ node, ports }) => [node, ports.map(({ connections }) => connections)])).toEqual([
    ['node-1', [1, 7]],
    ['node-2', [10]],
  ]);
  expect((await store.cluster.get()).revision).toBe(revision);
});

test('counters of services that are gone are passed over, and go with the service and the node', async () => {
  const { store, one, two, id } = await fleet();
  for (const node of [one, two])
    expect(await store.counters.take(node.id, { session: node.session, counters: [counter(id, 3), counter('svc_gone', 4)] })).toEqual({
      kept: 1,
    });
  const { generation } = await store.nodes.get(two.id);
  await store.nodes.delete(request(), two.id, { epoch: (await store.cluster.get()).epoch, generation });
  expect((await store.counters.ofService(id)).ports).toMatchObject([{ connections: 3 }]);
  await expect(store.counters.ofService('svc_gone')).rejects.toMatchObject({ code: 'NotFound' });
});

test('counters of ports that a service does not have are passed over, and go with the port', async () => {
  const { store, one, id } = await fleet();
  const take = (counters: Counter[]) => store.counters.take(one.id, { session: one.session, counters });
  expect(await take([counter(id, 24), counter(id, 1, { port: 81 })])).toEqual({ kept: 1 });
  const match = { epoch: (await store.cluster.get()).epoch, generation: 1 };
  await store.services.update(request(), id, match, {
    ports: [{ name: null, protocol: 'TCP', port: 81, targetPort: 8080, nodePort: null }],
  });
  expect((await store.counters.ofService(id)).ports).toEqual([]);
  expect(await take([counter(id, 24), counter(id, 2, { port: 81 })])).toEqual({ kept: 1 });
  expect((await store.counters.ofService(id)).ports).toMatchObject([{ port: 81, connections: 2 }]);
});

test('the same counter twice in one report is one', async () => {
  const { store, one, id } = await fleet();
  expect(await store.counters.take(one.id, { session: one.session, counters: [counter(id, 3), counter(id, 3)] })).toEqual({ kept: 1 });
});

test('a stale session counts nothing', async () => {
  const { store, one, id } = await fleet();
  await openSession(store, one.id);
  const late = store.counters.take(one.id, { session: one.session, counters: [counter(id, 3)] });
  await expect(late).rejects.toMatchObject({ code: 'StaleSession' });
  expect((await store.counters.ofService(id)).ports).toEqual([]);
});

describe('the counters of several nodes together', () => {
  const port = (connections: number, packets: number | null) =>
    ({ protocol: 'TCP', port: 80, connections, packets, bytes: packets }) as const;

  it('are sums; what no node counts stays unknown', () => {
    expect(totalOf([{ ports: [port(1, null)] }, { ports: [port(2, null)] }])).toEqual([port(3, null)]);
    expect(totalOf([{ ports: [port(1, null)] }, { ports: [port(2, 9)] }])).toEqual([port(3, 9)]);
    expect(totalOf([])).toEqual([]);
  });
});
