import { Backend, type DesiredState, IPVS_LINK_NAME } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Compilation, type Wanted } from '../src/dataplane/compilation.ts';
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

  it.each(Backend.options)('write nothing of the services, on %s', async (backend) => {
    bench.controlPlane.put('nodes', { ...NODE, backend });
    bench.controlPlane.put('services', { ...service(4, ['100.64.1.11']), externalIPs: ['203.0.113.101'] });
    await bench.executor.pass();
    bench.host.writes();
    bench.controlPlane.put('pods', pod(2));
    await bench.executor.pass();
    bench.controlPlane.remove(pod(2).id);
    await bench.executor.pass();
    const written = bench.host.written.map((step) => JSON.stringify(step));
    expect(written).not.toEqual([]);
    expect(written.filter((step) => step.includes('198.19.') || step.includes('203.0.113.101'))).toEqual([]);
    bench.controlPlane.put('services', service(2, ['100.64.1.11', '100.64.1.12']));
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.host.writes();
    await bench.passAfter(70_000);
    expect(bench.host.writes()).toBe(0);
  });

  it.each(['nftables', 'iptables'] as const)('leave connections of IPVS alone that go on after a change to %s', async (backend) => {
    bench.controlPlane.put('nodes', { ...NODE, backend: 'ipvs' });
    await bench.executor.pass();
    bench.controlPlane.put('nodes', { ...NODE, backend });
    await bench.executor.pass();
    const goingOn = async () => {
      const { ipvs, links } = await bench.host.observe([], { pods: false });
      return { ipvs, links: links.filter(({ name }) => name === IPVS_LINK_NAME) };
    };
    const before = await goingOn();
    expect([before.ipvs.length, before.links.length]).toEqual([3, 1]);
    bench.controlPlane.put('pods', pod(2));
    await bench.executor.pass();
    expect(await goingOn()).toEqual(before);
    await bench.passAfter(70_000);
    await Promise.all(bench.looks);
    await bench.executor.pass();
    expect([...bench.controlPlane.drifts.values()]).toEqual([]);
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

  it.each(Backend.options)('leave the account of services as it is, when nothing else is different, on %s', (backend) => {
    const { pods, services } = bench.controlPlane;
    const nodes = bench.controlPlane.nodes.map((node) => ({ ...node, backend }));
    const state: DesiredState = { epoch: 'e', revision: 1, cluster: CLUSTER, nodes, pods, services };
    const wanted = (desired: DesiredState): Wanted => ({ nodeId: NODE.id, desired, checksum: '', fromSnapshot: false, delta: null });
    const held = Compilation.of(wanted(state));
    held.account.fill(services, { ipvs: [] });
    const before = held.sum;
    const after = { ...state, pods: [] };
    const next = held.next(wanted(after));
    expect(next?.compilation.account).toBe(held.account);
    const anew = Compilation.of(wanted(after));
    anew.account.fill(services, { ipvs: [] });
    expect(next?.compilation.config).toEqual(anew.config);
    expect(next?.compilation.sum).toEqual(anew.sum);
    expect(anew.sum).not.toEqual(before);
    const others: Partial<DesiredState>[] = [
      { services: [...services] },
      { nodes: nodes.map((node) => ({ ...node })) },
      { cluster: { ...CLUSTER } },
    ];
    for (const other of others) expect(held.next(wanted({ ...after, ...other }))).toBeNull();
  });
});
