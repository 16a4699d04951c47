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

/** An executor that has reached a state of two pods and a service, with the counters at zero. */
async function settled(): Promise<void> {
  const { controlPlane, executor, host } = bench;
  controlPlane.put('pods', pod(1));
  controlPlane.put('pods', pod(2));
  controlPlane.put('services', service(1, ['100.64.1.11', '100.64.1.12']));
  await executor.pass();
  expect(bench.executor.status().failing).toBe(false);
  host.writes();
  controlPlane.receipts.clear();
  controlPlane.reports.length = 0;
  controlPlane.pulled.length = 0;
}

describe('a change', () => {
  it('is applied, and reported with its revision, hash and receipt', async () => {
    await settled();
    bench.controlPlane.put('services', service(2, ['100.64.1.11']));
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()).toMatchObject({
      epoch: 'epoch-1',
      appliedRevision: bench.controlPlane.revision,
      configHash: bench.wantedHash(),
      failure: null,
    });
    expect(receipts()).toEqual([
      expect.objectContaining({ cause: 'change', outcome: 'applied', fromRevision: 4, toRevision: 5, backend: 'nftables', message: '' }),
    ]);
    expect(receipts()[0]?.steps[0]?.argv[0]).toBe('nft');
  });

  it('is asked for as a delta', async () => {
    await settled();
    bench.controlPlane.put('services', service(2));
    await bench.executor.pass();
    expect(bench.controlPlane.pulled).toEqual([{ epoch: 'epoch-1', revision: 4 }]);
  });

  it('is applied once, however often the hint comes', async () => {
    await settled();
    bench.controlPlane.put('services', service(2));
    for (let n = 0; n < 5; n += 1) await bench.executor.pass();
    expect(receipts()).toHaveLength(1);
    expect(bench.controlPlane.reports).toHaveLength(1);
  });

  it('of a service is in the kernel before the disk has it for good, and told after', async () => {
    bench.controlPlane.put('services', service(1, ['100.64.1.11']));
    await bench.executor.pass();
    const disk = Promise.withResolvers<void>();
    bench.disk = disk.promise;
    bench.controlPlane.put('services', service(1, ['100.64.1.12']));
    const told = bench.controlPlane.reports.length;
    bench.now += 1;
    const pass = bench.executor.pass();
    await bench.until(() => bench.executor.status().lastConvergedAt === bench.now);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(bench.controlPlane.reports).toHaveLength(told);
    disk.resolve();
    await pass;
    expect(bench.controlPlane.reports.at(-1)).toMatchObject({ appliedRevision: bench.controlPlane.revision });
  });

  it('that does not concern this host moves the applied revision and writes nothing', async () => {
    await settled();
    bench.controlPlane.unrelatedChange();
    await bench.executor.pass();
    expect(lastReport()?.appliedRevision).toBe(bench.controlPlane.revision);
    expect(bench.host.writes()).toBe(0);
    expect(receipts()).toEqual([]);
  });

  it('whose hint was lost while a pass ran is looked for when it would have come, but only once', async () => {
    await settled();
    bench.controlPlane.put('services', service(2));
    bench.controlPlane.duringReport = () => {
      bench.controlPlane.duringReport = () => undefined;
      bench.controlPlane.put('services', service(3));
    };
    await bench.executor.pass();
    expect(bench.executor.nextPassAt()).toBe(bench.now + 4_000);
    await bench.passAfter(4_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    // A control plane that names a revision it does not hand out is not asked without end.
    bench.controlPlane.tamper = (pull) => ({ ...pull, revision: 6 });
    bench.controlPlane.revision = 99;
    await bench.passAfter(11_000);
    await bench.executor.pass();
    await bench.passAfter(11_000);
    expect(bench.executor.nextPassAt()).toBeGreaterThan(bench.now + 3_000);
  });

  it('in a large fleet is waited for until its turn to be hinted at', async () => {
    await settled();
    bench.executor.renewed({ epoch: bench.controlPlane.epoch, desiredRevision: bench.controlPlane.revision, heartbeatSeconds: 20 });
    bench.controlPlane.put('services', service(2));
    bench.controlPlane.duringReport = () => {
      bench.controlPlane.duringReport = () => undefined;
      bench.controlPlane.put('services', service(3));
    };
    bench.executor.pullNext();
    await bench.executor.pass();
    expect(bench.executor.nextPassAt()).toBe(bench.now + 8_000);
  });

  it('whose every hint was lost is found at the next heartbeat', async () => {
    await settled();
    bench.controlPlane.put('services', service(2));
    expect(bench.executor.nextPassAt()).toBe(bench.now + 10_000);
    await bench.passAfter(10_000);
    expect(await bench.kernelDiffers()).toEqual([]);
  });
});

describe('a heartbeat', () => {
  it('is the only report while nothing happens', async () => {
    await settled();
    await bench.passAfter(5_000);
    expect(bench.controlPlane.reports).toEqual([]);
    await bench.passAfter(5_000);
    expect(bench.controlPlane.reports).toEqual([expect.objectContaining({ pods: [], receipts: [], failure: null })]);
  });
});

describe('an answer that cannot be right', () => {
  it('is not applied when it is incomplete, and what is asked again is everything', async () => {
    await settled();
    bench.controlPlane.put('services', service(2));
    bench.controlPlane.tamper = (pull) => (pull.kind === 'delta' ? { ...pull, services: [] } : pull);
    await bench.executor.pass();
    expect(bench.controlPlane.pulled).toEqual([{ epoch: 'epoch-1', revision: 4 }, null]);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(receipts()[0]?.cause).toBe('resync');
  });

  it.each([
    ['empty', { nodes: [], pods: [], services: [] }],
    ['without its pods', { pods: [] }],
  ])('changes nothing when the snapshot is %s, and is reported', async (_what, part) => {
    await settled();
    bench.controlPlane.oldestDelta = Number.POSITIVE_INFINITY;
    bench.controlPlane.put('services', service(2));
    bench.controlPlane.tamper = (pull) => ({ ...pull, ...part });
    await bench.executor.pass();
    expect(bench.host.writes()).toBe(0);
    expect(lastReport()).toMatchObject({ appliedRevision: 4, failure: { code: 'IncompleteState' } });
    bench.controlPlane.tamper = (pull) => pull;
    await bench.passAfter(1_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()).toMatchObject({ appliedRevision: 5, failure: null });
  });

  it('is ignored when it is older than what is held', async () => {
    await settled();
    const old = await bench.controlPlane.pull(null);
    bench.controlPlane.put('services', service(2));
    await bench.executor.pass();
    bench.host.writes();
    bench.controlPlane.tamper = () => old;
    await bench.passAfter(10_000);
    expect(bench.host.writes()).toBe(0);
    expect(lastReport()).toMatchObject({ appliedRevision: 5, failure: null });
  });

  it('is refused when it drops most of what is held, unless it is meant', async () => {
    await settled();
    for (let n = 10; n < 35; n += 1) bench.controlPlane.put('services', service(n, ['100.64.1.11']));
    await bench.executor.pass();
    bench.host.writes();
    bench.controlPlane.oldestDelta = Number.POSITIVE_INFINITY;
    bench.controlPlane.services = [];
    bench.controlPlane.unrelatedChange();
    await bench.executor.pass();
    expect(bench.host.writes()).toBe(0);
    expect(lastReport()).toMatchObject({
      appliedRevision: 29,
      failure: { code: 'ImplausibleShrink', message: expect.stringContaining('lacks 26 of the 29 objects') },
    });
    bench.acceptShrink = true;
    const restarted = bench.replaceExecutor();
    await restarted.start();
    await restarted.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()).toMatchObject({ appliedRevision: 30, failure: null });
  });

  it('is refused when a service takes an address that the host is managed by, until it does not', async () => {
    await settled();
    bench.guarded = ['203.0.113.9'];
    bench.host.writes();
    bench.controlPlane.put('services', { ...service(2, ['100.64.1.11']), externalIPs: ['203.0.113.9'] });
    await bench.executor.pass();
    expect(bench.host.writes()).toBe(0);
    expect(lastReport()?.failure).toMatchObject({ code: 'ManagementAddress', message: expect.stringContaining('203.0.113.9') });
    bench.controlPlane.put('services', { ...service(2, ['100.64.1.11']), externalIPs: ['203.0.113.8'] });
    await bench.passAfter(60_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()?.failure).toBeNull();
  });

  it('is believed when a delta removes as much', async () => {
    await settled();
    for (let n = 10; n < 35; n += 1) bench.controlPlane.put('services', service(n));
    await bench.executor.pass();
    for (let n = 10; n < 35; n += 1) bench.controlPlane.remove(`svc_s${n}`);
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()?.failure).toBeNull();
  });
});

describe('another epoch', () => {
  it('is taken in whole although its revisions are lower, with a new session', async () => {
    await settled();
    bench.controlPlane.epoch = 'epoch-2';
    bench.controlPlane.revision = 1;
    bench.controlPlane.put('services', service(7, ['100.64.1.12']));
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()).toMatchObject({ epoch: 'epoch-2', appliedRevision: 2, session: 'session-2' });
    expect(receipts()[0]).toMatchObject({ cause: 'resync', fromRevision: 0, toRevision: 2 });
  });
});

describe('the kernel changed by somebody else', () => {
  it('is put right at the next verification, with or without a control plane', async () => {
    await settled();
    bench.controlPlane.down = true;
    await bench.removeServiceRules();
    await bench.passAfter(10_000);
    expect(bench.host.writes()).toBe(0);
    await bench.passAfter(60_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    bench.controlPlane.down = false;
    await bench.passAfter(1_000);
    expect(receipts()).toEqual([expect.objectContaining({ cause: 'drift', fromRevision: 4, toRevision: 4, outcome: 'applied' })]);
  });
});

describe('a pod that stops answering', () => {
  it('is looked into at once, and what somebody else changed inside it is put right', async () => {
    const often = { type: 'tcp', port: 8080, path: '/', periodSeconds: 0.01, timeoutSeconds: 1, failureThreshold: 1 } as const;
    bench.controlPlane.put('pods', pod(1, { readinessProbe: often }));
    await bench.executor.pass();
    await bench.until(() => bench.changes === 1);
    const [address] = bench.wanted().addresses.filter(({ netns }) => netns !== null);
    if (address === undefined) throw new Error('the pod has no address');
    await bench.kernel.run({ tool: 'ip', netns: address.netns, ops: [{ op: 'address-delete', address }] });
    bench.probe = () => ({ ok: false, message: 'timed out' });
    await bench.until(() => bench.changes === 2);
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
  });
});

describe('a second executor of the same node', () => {
  it('makes the first one stand back for half a minute', async () => {
    await settled();
    bench.controlPlane.takeOver();
    await bench.passAfter(10_000);
    await bench.passAfter(20_000);
    expect(bench.controlPlane.opened).toHaveLength(1);
    await bench.passAfter(10_000);
    expect(bench.controlPlane.opened).toHaveLength(2);
    expect(lastReport()?.session).toBe('session-3');
  });
});

describe('address ranges that this host already uses', () => {
  it('are not programmed, and reported', async () => {
    bench.conflict = { code: 'PoolConflict', message: '100.64.0.0/10 is routed to tailscale0' };
    bench.controlPlane.put('pods', pod(1));
    await bench.executor.pass();
    expect(bench.host.writes()).toBe(0);
    expect(lastReport()).toMatchObject({ appliedRevision: 0, configHash: null, failure: bench.conflict });
    bench.conflict = null;
    await bench.passAfter(1_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(lastReport()?.failure).toBeNull();
  });
});
