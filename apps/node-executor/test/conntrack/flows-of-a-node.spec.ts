import type { ConntrackEntry } from '@weft/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { service } from '../support/objects.ts';

/** Service 1, on UDP port 53. */
function dns(...endpoints: readonly string[]) {
  const plain = service(1, endpoints);
  return { ...plain, ports: plain.ports.map((port) => ({ ...port, protocol: 'UDP' as const, port: 53 })) };
}

/** A flow to it that an endpoint answers; null: that was not translated. */
const flow = (endpoint: string | null): ConntrackEntry => ({
  original: { source: '192.0.2.77', destination: '198.19.0.11', sourcePort: 4000, destinationPort: 53 },
  reply: { source: endpoint ?? '198.19.0.11', destination: '192.0.2.77', sourcePort: endpoint === null ? 53 : 8080, destinationPort: 4000 },
});

const [one, two] = ['100.64.1.11', '100.64.1.12'];

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('services', dns(one));
  await bench.executor.pass();
  await bench.flowsSettled();
});
afterEach(() => bench.close());

it('stale flows are forgotten once a change is applied, and counted', async () => {
  bench.conntrack.entries = [flow(one), flow(two)];
  bench.controlPlane.put('services', dns(two));
  await bench.executor.pass();
  await bench.flowsSettled();
  expect(bench.conntrack.entries).toEqual([flow(two)]);
  expect(bench.executor.status().staleFlowsDeleted).toBe(1);
});

it('flows are left as they are while a change cannot be applied', async () => {
  bench.conntrack.entries = [flow(one)];
  bench.host.fail = () => 'busy';
  bench.controlPlane.put('services', dns(two));
  await bench.executor.pass();
  await bench.flowsSettled();
  expect(bench.executor.status().staleFlowsDeleted).toBe(0);
  expect(bench.conntrack.entries).toHaveLength(1);
  bench.host.fail = () => null;
  await bench.passAfter(1_000);
  await bench.flowsSettled();
  expect(bench.conntrack.entries).toEqual([]);
});

it('flows that went astray while somebody had taken the rules away are forgotten once they are back', async () => {
  bench.conntrack.entries = [flow(null), flow(one)];
  await bench.removeServiceRules();
  await bench.passAfter(70_000);
  await bench.flowsSettled();
  expect(bench.conntrack.entries).toEqual([flow(one)]);
});

it('a service that was deleted while no executor ran is known from the disk', async () => {
  const elsewhere = '203.0.113.50';
  bench.controlPlane.put('services', dns(elsewhere));
  await bench.executor.pass();
  await bench.flowsSettled();
  bench.controlPlane.remove('svc_s1');
  bench.conntrack.entries = [flow(elsewhere)];
  bench.replaceExecutor();
  await bench.executor.start();
  await bench.executor.pass();
  await bench.flowsSettled();
  expect(bench.conntrack.entries).toEqual([]);
});
