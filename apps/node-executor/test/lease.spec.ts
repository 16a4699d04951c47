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
    await executor.pass();
    const { revision } = controlPlane;
    expect(controlPlane.atLeast).toEqual([undefined, revision - 2, undefined, revision - 1]);
  });

  it('it does not believe to know of a database that was restored', async () => {
    const { executor, controlPlane } = bench;
    await executor.pass();
    executor.hear(1_000);
    await executor.pass();
    controlPlane.epoch = 'restored';
    await executor.pass();
    await executor.pass();
    expect(controlPlane.atLeast.slice(1)).toEqual([1_000, 1_000, undefined]);
  });
});

describe('a lease', () => {
  const log = createLogger('test', 'silent');

  it('is renewed while there is a session, and wakes when there is something to do', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    let woken = 0;
    const told: (string | null)[] = [];
    const onRedis = (url: string | null) => told.push(url);
    lease = new Lease({ controlPlane, holder: executor, wake: () => woken++, onRedis, random: () => 0.5, log });
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
    lease = new Lease({ controlPlane, holder: executor, wake: () => woken++, onRedis: () => undefined, random: () => 0.5, log });
    await executor.pass();
    controlPlane.put('services', service(1));
    const told = controlPlane.renewals + 2;
    await eventually('word of a change', () => controlPlane.renewals > told);
    await executor.pass();
    const from = performance.now();
    await eventually('the time to look for it', () => performance.now() - from > chaseMs(10));
    expect(woken).toBe(0);
  });

  it('ends with another session, whose executor is not fought', async () => {
    const { executor, controlPlane } = bench;
    controlPlane.heartbeatSeconds = 0.01;
    await executor.pass();
    lease = new Lease({ controlPlane, holder: executor, wake: () => undefined, onRedis: () => undefined, random: () => 0.5, log });
    await eventually('a renewal', () => controlPlane.renewals > 0);
    controlPlane.takeOver();
    await eventually('the end of the session', () => executor.leaseSession() === null);
    await executor.pass();
    expect(controlPlane.opened).toHaveLength(1);
    await bench.passAfter(33_001);
    expect(controlPlane.opened).toHaveLength(2);
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
