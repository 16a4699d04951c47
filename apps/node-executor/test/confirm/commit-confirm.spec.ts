import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeHost } from '@weft/host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ControlPlaneError } from '../../src/control-plane/control-plane.ts';
import { Bench } from '../support/bench.ts';
import { NODE, pod, service } from '../support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.kernel = new FakeHost({ start: { addresses: [{ netns: null, device: 'eth0', cidr: '192.0.2.1/24' }] } });
  bench.controlPlane.put('nodes', peer('100.64.2.0/24'));
  bench.controlPlane.put('pods', pod(1));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
});
afterEach(() => bench.close());

/** Another node: the route to each of its blocks is part of this node's own network. */
const peer = (...podBlocks: string[]) => ({ ...NODE, id: 'node_n2' as const, name: 'n2', address: '192.0.2.2/24', podBlocks });

const LIMIT_MS = 60_000;
const lastReport = () => bench.controlPlane.reports.at(-1);

const routes = async () =>
  (await bench.kernel.observe([], { pods: false })).routes
    .filter(({ netns, via }) => netns === null && via !== null)
    .map(({ destination }) => destination);

/** Nothing comes back from the control plane once the next state is applied, until it is reached again. */
function cutAfterNextApply(): void {
  bench.controlPlane.duringReport = () => {
    bench.controlPlane.down = true;
    throw new ControlPlaneError('Unreachable', 'no answer');
  };
}

function reachAgain(): void {
  bench.controlPlane.down = false;
  bench.controlPlane.duringReport = () => undefined;
}

/** A change of the node's own network that cuts it off, and the time that it is given. */
async function cutOff(): Promise<void> {
  cutAfterNextApply();
  bench.controlPlane.put('nodes', peer('100.64.2.0/24', '100.64.9.0/24'));
  await bench.executor.pass();
  expect(await routes()).toEqual(['100.64.2.0/24', '100.64.9.0/24']);
}

it('takes a change of the own network back when the control plane stays out of reach, and tells as soon as it can', async () => {
  const applied = lastReport()?.appliedRevision;
  await cutOff();
  await bench.passAfter(LIMIT_MS - 1);
  expect(await routes()).toHaveLength(2);
  expect(bench.executor.nextPassAt()).toBeLessThanOrEqual(bench.now + 1);
  await bench.passAfter(1);
  expect(await routes()).toEqual(['100.64.2.0/24']);
  reachAgain();
  await bench.executor.pass();
  expect(await routes()).toEqual(['100.64.2.0/24']);
  expect(lastReport()).toMatchObject({
    appliedRevision: applied,
    failure: { code: 'NotConfirmed', message: expect.stringContaining('out of reach for 60 s') },
  });
});

it('takes it back after a restart too, also when nobody was there when the time was over', async () => {
  await cutOff();
  const restarted = bench.replaceExecutor();
  bench.now += LIMIT_MS;
  await restarted.start();
  expect(await routes()).toEqual(['100.64.2.0/24']);
  const again = bench.replaceExecutor();
  await again.start();
  expect(await routes()).toEqual(['100.64.2.0/24']);
});

it('never takes anything back because the control plane alone is away', async () => {
  bench.controlPlane.down = true;
  const writes = bench.host.writes();
  await bench.passAfter(10 * LIMIT_MS);
  const restarted = bench.replaceExecutor();
  await restarted.start();
  await bench.passAfter(10 * LIMIT_MS);
  expect(writes).toBeGreaterThan(0);
  expect(await routes()).toEqual(['100.64.2.0/24']);
  expect(await bench.kernelDiffers()).toEqual([]);
});

it('never takes services and pods back', async () => {
  cutAfterNextApply();
  bench.controlPlane.put('services', service(2, ['100.64.1.12']));
  bench.controlPlane.put('pods', pod(2));
  await bench.executor.pass();
  await bench.passAfter(10 * LIMIT_MS);
  expect(await bench.kernelDiffers()).toEqual([]);
});

it('goes on with pods and services while the network is held back', async () => {
  await cutOff();
  await bench.passAfter(LIMIT_MS);
  reachAgain();
  bench.controlPlane.put('services', service(2, ['100.64.1.12']));
  bench.controlPlane.put('pods', pod(2));
  await bench.executor.pass();
  const observed = await bench.kernel.observe([], { pods: true });
  expect(observed.workloads.length + observed.netns.length).toBeGreaterThan(1);
  expect(JSON.stringify(observed.nft)).toContain('198.19.0.12');
  expect(await routes()).toEqual(['100.64.2.0/24']);
});

it('applies another network at once, and the same again only after a while in which the control plane was reached', async () => {
  await cutOff();
  await bench.passAfter(LIMIT_MS);
  await bench.passAfter(700_000);
  expect(await routes()).toEqual(['100.64.2.0/24']);
  reachAgain();
  await bench.executor.pass();
  await bench.passAfter(600_000);
  expect(await routes()).toEqual(['100.64.2.0/24', '100.64.9.0/24']);
  expect(lastReport()?.failure).toBeNull();

  await bench.executor.pass();
  bench.controlPlane.put('nodes', peer('100.64.2.0/24', '100.64.9.0/24', '100.64.10.0/24'));
  cutAfterNextApply();
  await bench.executor.pass();
  await bench.passAfter(LIMIT_MS);
  expect(await routes()).toHaveLength(2);
  reachAgain();
  bench.controlPlane.put('nodes', peer('100.64.2.0/24', '100.64.11.0/24'));
  await bench.executor.pass();
  expect(await routes()).toEqual(['100.64.11.0/24', '100.64.2.0/24']);
  expect(lastReport()?.failure).toBeNull();
  expect(await bench.kernelDiffers()).toEqual([]);
});

it('goes on without what it has kept when that cannot be read', async () => {
  const file = join(bench.folder, 'confirm.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ nodeId: NODE.id, pending: null });
  await writeFile(file, '{');
  const restarted = bench.replaceExecutor();
  await restarted.start();
  await restarted.pass();
  expect(await bench.kernelDiffers()).toEqual([]);
  expect(await readFile(`${file}.unreadable`, 'utf8')).toBe('{');
});
