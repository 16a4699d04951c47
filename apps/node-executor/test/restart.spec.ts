import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '@weft/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './support/bench.ts';
import { pod, service } from './support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('pods', pod(1));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
});
afterEach(() => bench.close());

const receipts = () => [...bench.controlPlane.receipts.values()];

/** What steps take away from a host's own network. */
const removals = (steps: readonly Step[]) =>
  steps.flatMap((step) => {
    if (step.tool === 'netns-delete' || step.tool === 'workload-stop') return [step.tool];
    return step.tool === 'ip' ? step.ops.map(({ op }) => op).filter((op) => op.endsWith('-delete')) : [];
  });

describe('a restart', () => {
  it('with nothing to change writes nothing and leaves no receipt', async () => {
    await bench.executor.pass();
    bench.host.writes();
    bench.controlPlane.receipts.clear();
    const restarted = bench.replaceExecutor();
    await restarted.start();
    await restarted.pass();
    expect(bench.host.writes()).toBe(0);
    expect(receipts()).toEqual([]);
  });

  it('brings a rebooted host to its last state before anybody is asked', async () => {
    await bench.executor.pass();
    bench.reboot();
    bench.controlPlane.down = true;
    const restarted = bench.replaceExecutor();
    await restarted.start();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(restarted.status()).toMatchObject({ appliedRevision: 3, unsentReceipts: 1 });
  });

  it('brings it there, and on to what comes next, with a disk that refuses everything', async () => {
    await bench.executor.pass();
    bench.reboot();
    bench.disk = Promise.reject(new Error('EROFS'));
    bench.disk.catch(() => undefined);
    const restarted = bench.replaceExecutor();
    await restarted.start();
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.controlPlane.put('services', service(1, ['100.64.1.12']));
    await restarted.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(bench.controlPlane.reports.at(-1)).toMatchObject({ appliedRevision: bench.controlPlane.revision });
  });

  it('goes back to the last good state when the newest cannot be applied', async () => {
    await bench.executor.pass();
    const good = bench.wanted();
    const poisoned = (text: string) => text.includes('198.19.0.12');
    bench.host.fail = (step) => (step.tool === 'nft' && poisoned(JSON.stringify(step)) ? 'Error: syntax error' : null);
    bench.controlPlane.put('services', service(2, ['100.64.1.11']));
    await bench.executor.pass();
    bench.reboot();
    bench.controlPlane.down = true;
    const restarted = bench.replaceExecutor();
    await restarted.start();
    expect(await bench.kernelDiffers(good)).toEqual([]);
  });

  it('is told by nobody what is wanted, and looks at the host as it is when somebody does', async () => {
    const left = { kind: 'bridge', netns: null, name: 'wfleft', mtu: 1400, mac: '02:00:00:00:00:09', up: true } as const;
    await bench.kernel.run({ tool: 'ip', netns: null, ops: [{ op: 'link-add', link: left }] });
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('begins to look at the host before it has read what is wanted there', async () => {
    await bench.executor.pass();
    const asked: string[] = [];
    const observe = bench.host.observe.bind(bench.host);
    bench.host.observe = (keys, scope) => {
      asked.push(keys instanceof Promise ? 'ahead' : 'then');
      return observe(keys, scope);
    };
    await bench.replaceExecutor().start();
    expect(asked).toEqual(['ahead']);
  });

  it.each(['', '{"format":1', 'null'])('goes on without a state file that holds %j', async (text) => {
    await bench.executor.pass();
    const folder = join(bench.folder, 'desired');
    await writeFile(join(folder, 'desired.jsonl'), text);
    const restarted = bench.replaceExecutor();
    await restarted.start();
    await restarted.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['desired.jsonl', 'desired.jsonl.unreadable']);
  });
});

it('tells nothing of the node before in the name of the one that the host became', async () => {
  await bench.executor.pass();
  bench.controlPlane.down = true;
  await bench.removeServiceRules();
  await bench.passAfter(120_000);
  expect(bench.executor.status()).toMatchObject({ unsentReceipts: 1, drift: { repairs: 1 } });
  bench.controlPlane.down = false;
  bench.controlPlane.nodeId = 'node_another';
  bench.controlPlane.receipts.clear();
  const restarted = bench.replaceExecutor();
  await restarted.start();
  await restarted.pass();
  expect(receipts().map(({ cause }) => cause)).not.toContain('drift');
  expect(bench.controlPlane.drifts.size).toBe(0);
});

describe('an executor killed in the middle of an apply', () => {
  it('finishes it after the restart, whichever step it was at, and never goes back', async () => {
    await bench.executor.pass();
    bench.controlPlane.put('pods', pod(2));
    bench.controlPlane.put('services', service(1, ['100.64.1.11', '100.64.1.12']));
    const total = await bench.countSteps();
    expect(total).toBeGreaterThan(3);
    for (let at = 0; at <= total; at += 1) {
      const trial = await Bench.make();
      trial.controlPlane.put('pods', pod(1));
      trial.controlPlane.put('services', service(1, ['100.64.1.11']));
      await trial.executor.pass();
      trial.controlPlane.receipts.clear();
      trial.controlPlane.put('pods', pod(2));
      trial.controlPlane.put('services', service(1, ['100.64.1.11', '100.64.1.12']));
      await trial.killAtStep(at);
      trial.host.writes();
      const restarted = trial.replaceExecutor();
      trial.controlPlane.down = true;
      await restarted.start();
      expect(await trial.kernelDiffers(), `killed at step ${at}`).toEqual([]);
      expect(removals(trial.host.written), `killed at step ${at}`).toEqual([]);
      if (at === total) expect(trial.host.written).toEqual([]);
      trial.host.writes();
      trial.controlPlane.down = false;
      await restarted.pass();
      expect(trial.host.writes()).toBe(0);
      const told = [...trial.controlPlane.receipts.values()].map(({ cause, outcome }) => `${cause} ${outcome}`);
      expect(told).toEqual(at === total ? ['change applied'] : ['change failed', 'start applied']);
      await trial.close();
    }
  });
});
