import { FakeHost } from '@weft/host';
import type { Step } from '@weft/kernel';
import { type DesiredState, stateChecksum } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { desired, node } from '@weft/testing/desired';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Compilation } from '../../src/dataplane/compilation.ts';
import { Recorder } from '../../src/dataplane/recorder.ts';
import { ReceiptSpool } from '../../src/disk/receipt-spool.ts';
import { ReadBack } from '../../src/rules-hash/read-back.ts';
import { Bench } from '../support/bench.ts';
import { NODE, pod, service } from '../support/objects.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make({ readBackSoonMs: 20 });
  bench.controlPlane.put('nodes', NODE);
  bench.controlPlane.put('pods', pod(1));
});
afterEach(() => bench.close());

const receipts = () => [...bench.controlPlane.receipts.values()];
const verifications = () => receipts().filter(({ cause }) => cause === 'verification');

/** Passes until the kernel has been read back so many times and that was told. */
async function readBack(times: number): Promise<void> {
  await bench.until(() => bench.readBacks.length >= times);
  await bench.executor.pass();
}

const wanted = (state: DesiredState) => ({
  nodeId: 'node_1',
  desired: state,
  checksum: stateChecksum(state),
  fromSnapshot: true,
  delta: null,
});

/** The kernel's tools say that they did what they did not. */
function lie(about: (step: Step) => boolean): void {
  const run = bench.host.run.bind(bench.host);
  bench.host.run = async (step): Promise<StepOutcome> =>
    about(step) ? { argv: [step.tool], input: '', exitCode: 0, durationMs: 1, stderr: '' } : run(step);
}

test('some time after a change the kernel is read back, and a receipt says that it holds what it should', async () => {
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  await readBack(1);
  const { revision } = bench.controlPlane;
  const [apply, verification] = receipts();
  expect(verification).toMatchObject({
    cause: 'verification',
    fromRevision: revision,
    toRevision: revision,
    outcome: 'applied',
    steps: [],
  });
  expect(verification?.readBack?.rulesHash).toBe(apply?.rulesHash);
  expect(verification?.rulesHash).toBe(apply?.rulesHash);
});

test('what is applied before that is read back with it, and what nobody changed not again', async () => {
  const compilation = Compilation.of(wanted(desired({ nodes: [node(1)] })));
  const looks: number[] = [];
  const kernel = new FakeHost();
  const observe: FakeHost['observe'] = (...asked) => {
    looks.push(applies);
    return kernel.observe(...asked);
  };
  let applies = 0;
  const spool = new ReceiptSpool(bench.folder);
  const log = createLogger('test', 'silent');
  const reading = new ReadBack({
    host: { observe },
    dataplane: {
      standing: { compilation, leftOut: [] },
      get applies() {
        return applies;
      },
    },
    recorder: new Recorder({ spool, now: Date.now, newIdBody: () => `v${looks.length}`, log }),
    still: (work) => work(),
    onRead: () => undefined,
    soonMs: 5,
    rest: 0,
    now: Date.now,
    log,
  });
  for (applies = 1; applies < 5; applies += 1) reading.settled();
  await bench.until(() => spool.size === 1);
  for (let turn = 0; turn < 5; turn += 1) reading.settled();
  expect(looks).toEqual([5]);
  applies += 1;
  reading.settled();
  await bench.until(() => spool.size === 2);
  expect(looks).toEqual([5, 6]);
  reading.close();
});

test('a node on which something is applied during every reading is read back all the same', async () => {
  const compilation = Compilation.of(wanted(desired({ nodes: [node(1)] })));
  const kernel = new FakeHost();
  let applies = 1;
  let looks = 0;
  const readAt: number[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  let held = false;
  const still = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(async () => {
      held = true;
      return work().finally(() => {
        held = false;
      });
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  const apply = async () => {
    applies += 1;
    reading.settled();
  };
  const observe: FakeHost['observe'] = async (...asked) => {
    looks += 1;
    const applied = still(apply);
    if (!held) await applied;
    return kernel.observe(...asked);
  };
  const spool = new ReceiptSpool(bench.folder);
  const log = createLogger('test', 'silent');
  const reading: ReadBack = new ReadBack({
    host: { observe },
    dataplane: {
      standing: { compilation, leftOut: [] },
      get applies() {
        return applies;
      },
    },
    recorder: new Recorder({ spool, now: Date.now, newIdBody: () => `v${looks}`, log }),
    still,
    onRead: () => readAt.push(looks),
    soonMs: 1,
    rest: 0,
    now: Date.now,
    log,
  });
  reading.settled();
  await bench.until(() => readAt.length >= 2);
  reading.close();
  // Three that an apply spoiled, and one for which applies waited; twice.
  expect(readAt.slice(0, 2)).toEqual([4, 8]);
});

test('what a tool said it did and did not is told, and done', async () => {
  await bench.executor.pass();
  await readBack(1);
  let lies = true;
  lie((step) => lies && step.tool === 'nft' && JSON.stringify(step).includes('198.19.0.11'));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  lies = false;
  await readBack(2);
  // It may have been repaired and read again by now.
  expect(bench.readBacks.slice(0, 2)).toEqual([true, false]);
  const [, failed] = verifications();
  expect(failed).toMatchObject({ outcome: 'failed', message: 'the kernel holds something else than was applied' });
  expect(failed?.readBack?.rulesHash).not.toBe(failed?.rulesHash);
  await Promise.all(bench.looks);
  await readBack(3);
  expect(bench.readBacks).toEqual([true, false, true]);
  expect(receipts().map(({ cause }) => cause)).toEqual(['start', 'verification', 'change', 'verification', 'drift', 'verification']);
  expect([...bench.controlPlane.drifts.values()]).toMatchObject([{ outcome: 'repaired', noticedBy: 'verification' }]);
});

test('after a restart the kernel is read back although nothing was written', async () => {
  await bench.executor.pass();
  await readBack(1);
  bench.host.writes();
  await bench.replaceExecutor().start();
  expect(bench.host.writes()).toBe(0);
  await readBack(2);
  expect(bench.readBacks).toEqual([true, true]);
});

test('connections of IPVS that end are no difference', async () => {
  bench.controlPlane.put('nodes', { ...NODE, backend: 'ipvs' });
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  bench.controlPlane.put('services', service(1, ['100.64.1.12']));
  await bench.executor.pass();
  await readBack(1);
  bench.controlPlane.put('nodes', { ...NODE, backend: 'nftables' });
  await bench.executor.pass();
  expect(bench.kernel.state.ipvs).not.toEqual([]);
  await readBack(2);
  expect(bench.readBacks).not.toContain(false);
});
