import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive, isInShape } from '../../src/health/in-shape.ts';
import { Bench } from '../support/bench.ts';
import { service } from '../support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
});
afterEach(() => bench.close());

const inShape = () => isInShape(bench.executor.status(), bench.now);

it('a node stays in shape while the control plane is away', async () => {
  bench.controlPlane.down = true;
  for (let minutes = 0; minutes < 5; minutes += 1) await bench.passAfter(60_000);
  expect(inShape()).toBe(true);
});

it('a node falls out of shape when nothing could be applied for a minute, and the executor is alive all the same', async () => {
  bench.host.fail = () => 'no space';
  bench.controlPlane.put('services', service(2, ['100.64.1.12']));
  await bench.passAfter(30_000);
  expect(inShape()).toBe(true);
  await bench.passAfter(30_000);
  expect(inShape()).toBe(false);
  expect(isAlive(bench.executor.status(), bench.now)).toBe(true);
  bench.host.fail = () => null;
  await bench.passAfter(10_000);
  expect(inShape()).toBe(true);
});

it('a node out of whose passes none ends is not alive', async () => {
  bench.host.hangAfter = 0;
  bench.controlPlane.put('services', service(2, ['100.64.1.12']));
  void bench.executor.pass();
  await bench.until(() => bench.host.waiting);
  bench.now += 60_000;
  expect(isAlive(bench.executor.status(), bench.now)).toBe(false);
  expect(inShape()).toBe(false);
});

it('a health-check port that somebody else has is reported with the state that asked for it, and the rest is applied', async () => {
  const other = createServer().listen(0, '0.0.0.0');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  bench.controlPlane.put('services', { ...service(2, ['100.64.1.12']), healthCheckNodePort: port });
  await bench.executor.pass();
  const report = bench.controlPlane.reports.at(-1);
  expect(report).toMatchObject({ appliedRevision: bench.controlPlane.revision, failure: { code: 'HealthCheckPortFailed' } });
  expect(report?.failure?.message).toContain(`default/service-2 are not answered on port ${port}`);
  expect(inShape()).toBe(true);
  other.close();
  await once(other, 'close');
  await bench.passAfter(10_000);
  expect(bench.controlPlane.reports.at(-1)?.failure).toBeNull();
});
