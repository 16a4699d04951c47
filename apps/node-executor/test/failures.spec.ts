import type { Step } from '@weft/kernel';
import { podNetnsName } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './support/bench.ts';
import { pod, service } from './support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
});
afterEach(() => bench.close());

const receipts = () => [...bench.controlPlane.receipts.values()];
const lastReport = () => bench.controlPlane.reports.at(-1);

describe('an apply that fails', () => {
  it('is reported, tried again with a growing pause, and ends right when the cause is gone', async () => {
    bench.controlPlane.put('services', service(1, ['100.64.1.11']));
    bench.host.fail = (step) => (step.tool === 'nft' ? 'Error: Could not process rule: No buffer space available' : null);
    await bench.executor.pass();
    const failure = { code: 'StepFailed', message: expect.stringContaining('No buffer space available') };
    expect(lastReport()).toMatchObject({ appliedRevision: 0, failure });
    expect(receipts()).toEqual([expect.objectContaining({ cause: 'start', outcome: 'failed', message: failure.message })]);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      pauses.push(bench.executor.nextPassAt() - bench.now);
      await bench.passAfter(bench.executor.nextPassAt() - bench.now);
    }
    expect(pauses).toEqual([875, 1_750, 3_500, 7_000]);
    bench.host.fail = () => null;
    await bench.passAfter(10_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(receipts().at(-1)).toMatchObject({ cause: 'retry', outcome: 'applied' });
    expect(lastReport()).toMatchObject({ appliedRevision: 2, failure: null });
    expect(bench.executor.status().failing).toBe(false);
  });

  it('is tried again at the next hint, without waiting for the pause', async () => {
    bench.controlPlane.put('services', service(1));
    bench.host.fail = (step) => (step.tool === 'nft' ? 'busy' : null);
    await bench.executor.pass();
    bench.host.fail = () => null;
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('of a change of our table is followed by replacing the table whole', async () => {
    bench.controlPlane.put('services', service(1, ['100.64.1.11']));
    await bench.executor.pass();
    const replaces = (step: Step) => step.tool === 'nft' && step.commands.some((command) => command.do === 'delete-table');
    bench.host.fail = (step) => (step.tool === 'nft' && !replaces(step) ? 'Error: Could not process rule: Device or resource busy' : null);
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    expect(bench.executor.status().failing).toBe(true);
    await bench.passAfter(1_000);
    expect(bench.executor.status().failing).toBe(false);
    expect(await bench.kernelDiffers()).toEqual([]);
  });

  it('of one service leaves it out and names it, programs the others, and tries it again', async () => {
    bench.controlPlane.put('services', service(1, ['100.64.1.11']));
    await bench.executor.pass();
    bench.host.fail = (step) =>
      step.tool === 'nft' && JSON.stringify(step).includes('service-2') ? 'Error: Could not process rule: no' : null;
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    const others = bench.wanted();
    for (let n = 3; n < 6; n += 1) {
      bench.controlPlane.put('services', service(n, ['100.64.1.12']));
      await bench.passAfter(1_000);
    }
    expect(lastReport()).toMatchObject({
      appliedRevision: bench.controlPlane.revision,
      failure: { code: 'ServiceRefused', message: 'services left out: default/service-2: Error: Could not process rule: no' },
    });
    const rules = JSON.stringify((await bench.kernel.observe(others.sysctls, { pods: true })).nft);
    for (const [n, there] of [
      [1, true],
      [2, false],
      [3, true],
      [4, true],
      [5, true],
    ] as const)
      expect(rules.includes(`service-${n}:`), `service-${n}`).toBe(there);
    bench.host.fail = () => null;
    await bench.passAfter(1_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()?.failure).toBeNull();
  });

  it('of one pod leaves the other one running', async () => {
    bench.controlPlane.put('pods', pod(1));
    bench.controlPlane.put('pods', pod(2));
    const broken = podNetnsName('pod_p2');
    bench.host.fail = (step) => (step.tool === 'ip' && step.netns === broken ? 'RTNETLINK answers: Operation not permitted' : null);
    await bench.executor.pass();
    expect(bench.controlPlane.podStates.get('pod_p1')).toMatchObject({ phase: 'Running', ready: true });
    expect(bench.controlPlane.podStates.get('pod_p2')).toMatchObject({
      phase: 'Failed',
      ready: false,
      reason: 'StepFailed',
      message: 'RTNETLINK answers: Operation not permitted',
    });
    bench.host.fail = () => null;
    await bench.passAfter(1_000);
    expect(bench.controlPlane.podStates.get('pod_p2')).toMatchObject({ phase: 'Running', ready: true });
  });
});

describe('pods', () => {
  it('are reported when their state changes, and all of them after a new session', async () => {
    bench.probe = () => ({ ok: false, message: 'refused' });
    bench.controlPlane.put('pods', pod(1));
    bench.controlPlane.put('pods', pod(2, { runtime: { type: 'echo' } }));
    await bench.executor.pass();
    expect(bench.controlPlane.podStates.get('pod_p1')).toMatchObject({ phase: 'Running', ready: true });
    expect(bench.controlPlane.podStates.get('pod_p2')).toMatchObject({ phase: 'Running', ready: false });
    bench.probe = () => ({ ok: true, message: '' });
    await bench.until(() => bench.changes > 0);
    await bench.executor.pass();
    expect(lastReport()?.pods).toEqual([expect.objectContaining({ id: 'pod_p2', ready: true })]);
    await bench.executor.pass();
    bench.controlPlane.takeOver();
    await bench.passAfter(10_000);
    await bench.passAfter(40_000);
    expect(lastReport()?.pods.map(({ id }) => id)).toEqual(['pod_p1', 'pod_p2']);
  });
});

describe('while the control plane is away', () => {
  it('receipts wait on disk, over a restart too, and arrive once', async () => {
    bench.controlPlane.put('services', service(1, ['100.64.1.11']));
    await bench.executor.pass();
    bench.controlPlane.receipts.clear();
    bench.controlPlane.down = true;
    for (let n = 0; n < 3; n += 1) {
      await bench.removeServiceRules();
      await bench.passAfter(70_000);
    }
    const restarted = bench.replaceExecutor();
    await restarted.start();
    await restarted.pass();
    expect(restarted.status().unsentReceipts).toBe(3);
    bench.controlPlane.down = false;
    await restarted.pass();
    expect(receipts().map(({ cause }) => cause)).toEqual(['drift', 'drift', 'drift']);
    expect(restarted.status().unsentReceipts).toBe(0);
  });

  it('a receipt whose acknowledgement was lost is sent again under the same id', async () => {
    bench.controlPlane.put('services', service(1));
    bench.controlPlane.duringReport = () => {
      bench.controlPlane.duringReport = () => undefined;
      throw new Error('the connection broke');
    };
    await bench.executor.pass();
    await bench.passAfter(1_000);
    expect(bench.controlPlane.reports.flatMap((report) => report.receipts.map(({ id }) => id))).toEqual(['rcpt_r1', 'rcpt_r1']);
    expect(receipts()).toHaveLength(1);
  });

  it('the pauses between attempts grow to half a minute, cut by heartbeats', async () => {
    bench.controlPlane.down = true;
    for (let n = 0; n < 8; n += 1) {
      await bench.executor.pass();
      expect(bench.executor.nextPassAt() - bench.now).toBeLessThanOrEqual(10_000);
      bench.now = bench.executor.nextPassAt();
    }
    bench.controlPlane.down = false;
    await bench.executor.pass();
    expect(bench.controlPlane.opened).toHaveLength(1);
    expect(bench.executor.status().failing).toBe(false);
  });
});
