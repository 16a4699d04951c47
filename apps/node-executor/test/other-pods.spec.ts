import type { DesiredState } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Compilation, type Wanted } from '../src/compilation.ts';
import { Bench } from './support/bench.ts';
import { CLUSTER, NODE, pod, service } from './support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('pods', pod(1));
  for (const n of [1, 2, 3]) bench.controlPlane.put('services', service(n, ['100.64.1.11']));
  await bench.executor.pass();
});
afterEach(() => bench.close());

describe('other pods beside the same services', () => {
  it('are made and unmade, with what the table has of them and nothing else of it', async () => {
    bench.host.writes();
    bench.controlPlane.put('pods', pod(2));
    await bench.executor.pass();
    expect(bench.host.written.filter(({ tool }) => tool === 'nft')).toMatchObject([
      { commands: [{ do: 'add-elements', set: 'hairpin-pairs', elements: ['100.64.1.12 . 100.64.1.12'] }] },
    ]);
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    bench.controlPlane.remove(pod(1).id);
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.host.writes();
    await bench.passAfter(70_000);
    expect(bench.host.writes()).toBe(0);
    expect(bench.executor.status().failing).toBe(false);
  });

  it('that could not be made are made at the next try', async () => {
    bench.host.fail = ({ tool }) => (tool === 'nft' ? 'no' : null);
    bench.controlPlane.put('pods', pod(2));
    await bench.executor.pass();
    expect(bench.executor.status().failing).toBe(true);
    bench.host.fail = () => null;
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(bench.executor.status().failing).toBe(false);
  });

  it('leave the account of services as it is, when nothing else is different', () => {
    const { nodes, pods, services } = bench.controlPlane;
    const state: DesiredState = { epoch: 'e', revision: 1, cluster: CLUSTER, nodes, pods, services };
    const wanted = (desired: DesiredState): Wanted => ({ nodeId: NODE.id, desired, checksum: '', fromSnapshot: false, delta: null });
    const held = Compilation.of(wanted(state));
    held.account.fill(services, { ipvs: [] });
    const after = { ...state, pods: [] };
    const next = held.withPods(wanted(after));
    expect(next?.compilation.account).toBe(held.account);
    const anew = Compilation.of(wanted(after));
    anew.account.fill(services, { ipvs: [] });
    expect(next?.compilation.config).toEqual(anew.config);
    const others: Partial<DesiredState>[] = [{ services: [...services] }, { nodes: [...nodes] }, { cluster: { ...CLUSTER } }];
    for (const other of others) expect(held.withPods(wanted({ ...after, ...other }))).toBeNull();
  });
});
