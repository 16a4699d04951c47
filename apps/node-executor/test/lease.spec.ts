import { createLogger } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lease } from '../src/control-plane/lease.ts';
import { chaseMs } from '../src/decide/backoff.ts';
import { Bench } from './support/bench.ts';
import { NODE, service } from './support/objects.ts';

let bench: Bench;
let lease: Lease | null = null;
beforeEach(async () => {
  bench = await Bench.make();
});
afterEach(async () => {
  lease?.close();
  lease = null;
  await bench.close();
});

describe('what holds a lease', () => {
  it('is a session, and not an executor of which a pass never ends', async () => {
    const { executor, controlPlane } = bench;
    expect(executor.leaseSession()).toBeNull();
    await executor.pass();
    expect(executor.leaseSession()).toBe('session-1');
    controlPlane.put('services', service(1, ['100.64.1.11']));
    bench.host.hangAfter = bench.host.written.length;
    void executor.pass();
    await eventually('the pass to hang', () => bench.host.waiting);
    bench.now += 60_000;
    expect(executor.leaseSession()).toBe('session-1');
    bench.now += 300_000;
    expect(executor.leaseSession()).toBeNull();
  });

  it('hears what there is to do', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    const { epoch, revision: desiredRevision } = controlPlane;
    const answer = { epoch, desiredRevision, heartbeatSeconds: 10 };
    expect(executor.renewed(answer)).toBe(false);
    expect(executor.renewed({ ...answer, desiredRevision: desiredRevision + 1 })).toBe(true);
    expect(executor.renewed({ ...answer, epoch: 'restored' })).toBe(true);
  });

  it('needs no report to say that it lives, and with a larger fleet speaks less', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    const reports = controlPlane.reports.length;
    const answer = { epoch: controlPlane.epoch, desiredRevision: controlPlane.revision, heartbeatSeconds: 100 };
    executor.renewed(answer);
    await bench.passAfter(20_000);
    expect(controlPlane.reports).toHaveLength(reports);
    expect(executor.nextPassAt() - bench.now).toBeGreaterThan(30_000);
    await bench.passAfter(250_000);
    expect(controlPlane.reports.length).toBeGreaterThan(reports);
  });
});

describe('while its lease is renewed', () => {
  const renew = () => {
    const { epoch, revision: desiredRevision } = bench.controlPlane;
    return bench.executor.renewed({ epoch, desiredRevision, heartbeatSeconds: 10 });
  };
  const pulls = () => bench.controlPlane.atLeast.length;

  it('an executor asks for nothing of which no answer and no hint tells, but every minute', async () => {
    const { executor } = bench;
    await executor.pass();
    const from = bench.now;
    for (let beat = 0; beat < 5; beat += 1) {
      renew();
      await bench.passAfter(10_000);
    }
    expect(pulls()).toBe(1);
    while (pulls() === 1 && bench.now < from + 100_000) {
      renew();
      await bench.passAfter(1_000);
    }
    expect(bench.now - from).toBeGreaterThan(53_000);
    expect(bench.now - from).toBeLessThan(67_000);
  });

  it('it asks for what a hint tells of, and again when it could not be had', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    renew();
    controlPlane.put('services', service(1, ['100.64.1.11']));
    await executor.pass();
    expect(await bench.kernelDiffers()).not.toEqual([]);
    controlPlane.down = true;
    executor.pullNext();
    await executor.pass();
    controlPlane.down = false;
    await bench.passAfter(2_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(executor.nextPassAt()).toBeGreaterThan(bench.now + 5_000);
  });

  it('it asks at every heartbeat as soon as it is renewed no more', async () => {
    const { executor } = bench;
    await executor.pass();
    renew();
    await bench.passAfter(10_000);
    expect(pulls()).toBe(1);
    await bench.passAfter(12_000);
    expect(pulls()).toBe(2);
    await bench.passAfter(12_000);
    expect(pulls()).toBe(3);
  });
});

describe('how new a state has to be', () => {
  it('an executor says that knows of a newer one, and else asks for the newest', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    controlPlane.put('services', service(1));
    executor.hear(controlPlane.revision);
    await executor.pass();
    await executor.pass();
    controlPlane.put('services', service(2));
    executor.renewed({ epoch: controlPlane.epoch, desiredRevision: controlPlane.revision, heartbeatSeconds: 10 });
    controlPlane.put('services', service(3));
    executor.pullNext();
    await executor.pass();
    const { revision } = controlPlane;
    expect(controlPlane.atLeast).toEqual([undefined, revision - 2, undefined, revision - 1]);
  });

  it('it asks for what it was woken for, though it knows of more, and compares with whatever there is while nobody tells of more', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    controlPlane.put('services', service(1));
    const woken = controlPlane.revision;
    controlPlane.put('services', service(2));
    const answer = { epoch: controlPlane.epoch, desiredRevision: controlPlane.revision, heartbeatSeconds: 10 };
    executor.renewed(answer);
    executor.hear(woken);
    executor.pullNext();
    await executor.pass();
    executor.renewed(answer);
    executor.pullNext();
    await executor.pass();
    expect(controlPlane.atLeast).toEqual([undefined, woken, answer.desiredRevision]);
  });

  it('it does not believe to know of a database that was restored', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    executor.hear(1_000);
    controlPlane.epoch = 'restored';
    await executor.pass();
    await executor.pass();
    expect(controlPlane.atLeast.slice(1)).toEqual([1_000, undefined]);
  });

  it('nor in a revision that there is not', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    executor.hear(1_000);
    await executor.pass();
    await executor.pass();
    expect(controlPlane.atLeast.slice(1)).toEqual([1_000, undefined]);
  });
});

describe('a lease', () => {
  const log = createLogger('test', 'silent');
  const parts = () => ({
    ...{ controlPlane: bench.controlPlane, holder: bench.executor, random: () => 0.5, log },
    ...{ wake: () => undefined, hinted: () => true, onRedis: () => undefined },
  });

  it('is renewed while there is a session, and wakes when there is something to do', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    let woken = 0;
    const told: (string | null)[] = [];
    const onRedis = (url: string | null) => told.push(url);
    lease = new Lease({ ...parts(), wake: () => woken++, onRedis });
    await executor.pass();
    await eventually('three renewals', () => controlPlane.renewals >= 3);
    expect(woken).toBe(0);
    controlPlane.put('services', service(1));
    await eventually('a wake-up', () => woken > 0);
    expect(told).toEqual([]);
    controlPlane.redisUrl = 'redis://192.0.2.9:33345';
    await eventually('where Redis is', () => told.includes('redis://192.0.2.9:33345'));
  });

  it('leaves it to a hint to wake for what it was told of', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    let woken = 0;
    lease = new Lease({ ...parts(), wake: () => woken++ });
    await executor.pass();
    controlPlane.put('services', service(1));
    const told = controlPlane.renewals + 2;
    await eventually('word of a change', () => controlPlane.renewals > told);
    executor.pullNext();
    await executor.pass();
    const from = performance.now();
    await eventually('the time to look for it', () => performance.now() - from > chaseMs(10));
    expect(woken).toBe(0);
  });

  it('wakes at once where no hint can come', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    let wokenAt = 0;
    lease = new Lease({ ...parts(), hinted: () => false, wake: () => (wokenAt ||= performance.now()) });
    await executor.pass();
    await eventually('a renewal', () => controlPlane.renewals > 0);
    const from = performance.now();
    controlPlane.put('services', service(1));
    await eventually('a wake-up', () => wokenAt > 0);
    expect(wokenAt - from).toBeLessThan(chaseMs(10));
  });

  it('wakes its holder when it is told that the node was removed, for this is heard of in a pass', async () => {
    const { executor, controlPlane } = bench;
    let woken = 0;
    await executor.pass();
    controlPlane.removedNode = NODE.id;
    lease = new Lease({ ...parts(), wake: () => woken++ });
    await eventually('a wake-up', () => woken > 0);
    expect(executor.leaseSession()).not.toBeNull();
  });

  it('ends with another session, whose executor is not fought', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    await executor.pass();
    lease = new Lease(parts());
    await eventually('a renewal', () => controlPlane.renewals > 0);
    controlPlane.takeOver();
    await eventually('the end of the session', () => executor.leaseSession() === null);
    await executor.pass();
    expect(controlPlane.opened).toHaveLength(1);
    await bench.passAfter(33_001);
    expect(controlPlane.opened).toHaveLength(2);
  });

  it('of a session that a restored database does not know ends with it, and the next session begins at once', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    controlPlane.takeOver();
    controlPlane.epoch = 'restored';
    executor.takenOver('session-0');
    expect(executor.leaseSession()).toBe('session-1');
    executor.takenOver('session-1');
    expect(executor.leaseSession()).toBeNull();
    await executor.pass();
    expect(executor.leaseSession()).not.toBeNull();
    expect(controlPlane.opened).toHaveLength(2);
  });

  it('of such a session of which a report hears first ends likewise', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.put('services', service(1, ['100.64.1.11']));
    await executor.pass();
    const renew = () => executor.renewed({ epoch: controlPlane.epoch, desiredRevision: controlPlane.revision, heartbeatSeconds: 100 });
    renew();
    await bench.passAfter(70_000);
    const pulls = controlPlane.atLeast.length;
    renew();
    controlPlane.takeOver();
    controlPlane.epoch = 'restored';
    await bench.removeServiceRules();
    await bench.passAfter(70_000);
    expect([controlPlane.atLeast.length, controlPlane.opened.length]).toEqual([pulls, 1]);
    expect(executor.nextPassAt()).toBeLessThanOrEqual(bench.now);
    await executor.pass();
    expect(controlPlane.opened).toHaveLength(2);
    expect(executor.leaseSession()).not.toBeNull();
  });
});

describe('that its node was removed', () => {
  it('an executor believes when it is said of this very node for a while, pass after pass', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    controlPlane.removedNode = NODE.id;
    await bench.passAfter(20_000);
    await bench.passAfter(2_000);
    expect(bench.removals).toBe(0);
    controlPlane.removedNode = null;
    await bench.passAfter(2_000);
    controlPlane.removedNode = NODE.id;
    await bench.passAfter(2_000);
    await bench.passAfter(2_000);
    expect(bench.removals).toBe(0);
    await bench.passAfter(2_000);
    expect(bench.removals).toBe(1);
  });

  it('it does not believe of another node, nor because nobody answers', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    controlPlane.removedNode = 'node_another';
    for (let pass = 0; pass < 5; pass++) await bench.passAfter(20_000);
    controlPlane.removedNode = null;
    controlPlane.down = true;
    for (let pass = 0; pass < 5; pass++) await bench.passAfter(20_000);
    expect(bench.removals).toBe(0);
    expect(await bench.kernelDiffers()).toEqual([]);
  });
});
