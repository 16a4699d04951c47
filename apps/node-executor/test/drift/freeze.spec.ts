import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NFT_TABLE, type NftCommand } from '@weft/kernel';
import { DEFAULT_CONTROL } from '@weft/model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { pod, service } from '../support/objects.ts';

let bench: Bench;
let before: Bench['kernel']['state'];
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('pods', pod(1));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  await freeze(true);
  before = bench.kernel.state;
  bench.host.writes();
});
afterEach(() => bench.close());

async function freeze(frozen: boolean): Promise<void> {
  bench.controlPlane.control = { ...DEFAULT_CONTROL, frozen };
  bench.controlPlane.unrelatedChange();
  await bench.executor.pass();
}

const lastReport = () => bench.controlPlane.reports.at(-1);

it('a frozen node takes changes in and makes none, until it is unfrozen', async () => {
  const applied = lastReport()?.appliedRevision;
  bench.controlPlane.put('pods', pod(2));
  bench.controlPlane.put('services', service(1, ['100.64.1.12']));
  await bench.executor.pass();
  await bench.passAfter(70_000);
  expect(bench.kernel.state).toBe(before);
  expect(lastReport()).toMatchObject({ frozen: true, appliedRevision: applied, failure: null });
  expect(bench.controlPlane.podStates.get('pod_p2')).toBeUndefined();
  expect(bench.executor.status().frozen).toBe(true);

  await freeze(false);
  expect(await bench.kernelDiffers()).toEqual([]);
  expect(lastReport()).toMatchObject({ frozen: false, appliedRevision: bench.controlPlane.revision });
  expect(bench.controlPlane.podStates.get('pod_p2')).toMatchObject({ phase: 'Running' });
});

/** Somebody deletes our table, and the executor has looked. */
async function deleteTable(): Promise<void> {
  const looks = bench.looks.length;
  await bench.kernel.runBy({ pid: 1, name: 'nft' }, { tool: 'nft', family: 'ip', table: NFT_TABLE, commands: [{ do: 'delete-table' }] });
  await bench.until(() => bench.looks.length > looks);
  await Promise.all(bench.looks);
}

it('repairs nothing, and tells what others changed', async () => {
  await deleteTable();
  await bench.executor.pass();
  expect(bench.host.writes()).toBe(0);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ policy: 'frozen', outcome: 'standing' }]);
  await freeze(false);
  expect(await bench.kernelDiffers()).toEqual([]);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'repaired' }]);
});

it('goes on with one event of what stands over a restart, which is repaired when it is unfrozen', async () => {
  await deleteTable();
  await bench.executor.pass();
  const told = [...bench.controlPlane.drifts.keys()];
  await bench.replaceExecutor().start();
  await bench.executor.pass();
  expect(bench.controlPlane.standing).toBe(1);
  await freeze(false);
  expect(await bench.kernelDiffers()).toEqual([]);
  await bench.passAfter(70_000);
  expect([...bench.controlPlane.drifts.keys()]).toEqual(told);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'repaired', count: 1, settledAt: expect.any(String) }]);
  expect(bench.controlPlane.standing).toBe(0);
  expect(bench.executor.status().drift).toMatchObject({ standing: 0, repairs: 1 });
});

it('repairs what stood when it is unfrozen while no executor runs', async () => {
  await deleteTable();
  await bench.executor.pass();
  await writeFile(join(bench.folder, 'control.json'), JSON.stringify(DEFAULT_CONTROL));
  bench.controlPlane.control = DEFAULT_CONTROL;
  await bench.replaceExecutor().start();
  expect(await bench.kernelDiffers()).toEqual([]);
  await bench.passAfter(70_000);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'repaired', settledAt: expect.any(String) }]);
  expect(bench.controlPlane.standing).toBe(0);
});

it('says that what stood is gone when whoever made it took it back, over a restart too', async () => {
  const [map] = bench.wanted().nft?.maps.filter(({ elements }) => Object.keys(elements).length > 0) ?? [];
  const elements = Object.entries(map?.elements ?? {});
  const change = (command: NftCommand) => bench.kernel.run({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands: [command] });
  await change({ do: 'delete-map-elements', map: map?.name ?? '', keys: elements.map(([key]) => key) });
  await bench.replaceExecutor().start();
  await bench.executor.pass();
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'standing' }]);
  await change({ do: 'add-map-elements', map: map?.name ?? '', elements });
  await bench.passAfter(70_000);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'gone' }]);
});

it('stays frozen over a restart with nobody to ask, and its pods stay as they are', async () => {
  const states = new Map(bench.controlPlane.podStates);
  bench.controlPlane.put('services', service(1, ['100.64.1.12']));
  await bench.executor.pass();
  bench.controlPlane.down = true;
  const restarted = bench.replaceExecutor();
  await restarted.start();
  await restarted.pass();
  expect(bench.host.writes()).toBe(0);
  expect(restarted.status()).toMatchObject({ frozen: true });
  bench.controlPlane.down = false;
  await bench.passAfter(60_000);
  expect(bench.kernel.state).toBe(before);
  expect(bench.controlPlane.podStates).toEqual(states);
  expect(restarted.status().lastConvergedAt).toBe(bench.now);

  await freeze(false);
  expect(await bench.kernelDiffers()).toEqual([]);
});

it('does not even begin where nothing is: a host that was made anew stays empty until it is unfrozen', async () => {
  bench.reboot();
  const restarted = bench.replaceExecutor();
  await restarted.start();
  await restarted.pass();
  expect(bench.host.writes()).toBe(0);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ policy: 'frozen', outcome: 'standing' }]);
  await freeze(false);
  expect(await bench.kernelDiffers()).toEqual([]);
});

it('is frozen even when the state that came with it cannot be taken in', async () => {
  await freeze(false);
  bench.controlPlane.tamper = (pull) => ({ ...pull, checksum: '0', control: { ...DEFAULT_CONTROL, frozen: true } });
  bench.controlPlane.put('services', service(1, ['100.64.1.12']));
  await bench.executor.pass();
  expect(bench.executor.status().frozen).toBe(true);
});

it('goes on as if nothing had been said when what was kept cannot be read', async () => {
  await writeFile(join(bench.folder, 'control.json'), '{"frozen":tr');
  const restarted = bench.replaceExecutor();
  await restarted.start();
  expect(restarted.status().frozen).toBe(false);
  await restarted.pass();
  expect(restarted.status().frozen).toBe(true);
});
