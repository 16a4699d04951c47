import { FakeHost } from '@weft/host';
import type { Step } from '@weft/kernel';
import { type DesiredState, RECEIPT_LEFT_OUT_MAX, stateChecksum } from '@weft/model';
import { applySteps, diff, type StepOutcome } from '@weft/reconcile';
import { createLogger } from '@weft/telemetry';
import { desired, node } from '@weft/testing/desired';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Compilation } from '../../src/dataplane/compilation.ts';
import { UNKNOWN_RULES } from '../../src/dataplane/known-rules.ts';
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
    rules: UNKNOWN_RULES,
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
    rules: UNKNOWN_RULES,
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

/** Reads back a kernel that is as a configuration says; `generations`: what the kernel says of its rules, one question after the other. */
async function readingOf(generations: readonly (string | null)[], leftOut: readonly string[]) {
  const compilation = Compilation.of(wanted(desired({ nodes: [node(1)] })));
  const kernel = new FakeHost();
  await applySteps(kernel, compilation.config, diff(compilation.config, await kernel.observe(compilation.config.sysctls, { pods: true })));
  const said = [...generations];
  const found: string[] = [];
  const log = createLogger('test', 'silent');
  const of = { standing: { compilation, leftOut }, applies: 1, fails: false, looks: 0 };
  const reading = new ReadBack({
    host: {
      observe: (...asked) => {
        of.looks += 1;
        return of.fails ? Promise.reject(new Error('nft: killed by SIGSEGV')) : kernel.observe(...asked);
      },
    },
    dataplane: of,
    recorder: new Recorder({ spool: new ReceiptSpool(bench.folder), now: Date.now, newIdBody: () => `v${of.looks}`, log }),
    rules: { generation: async () => said.shift() ?? null, found: (generation, hash) => found.push(`${generation} ${hash}`) },
    still: (work) => work(),
    onRead: () => undefined,
    soonMs: 1,
    rest: 0,
    now: Date.now,
    log,
  });
  onTestFinished(() => reading.close());
  reading.settled();
  /** Waits until there is nothing to read any more. */
  const over = () => bench.until(() => of.looks > 0 && !reading.readsWithin(Number.POSITIVE_INFINITY));
  /** Something more is applied, and read; whether that was expected to be told. */
  const tellsNext = async () => {
    of.applies += 1;
    reading.settled();
    const tells = reading.tellsWithin(Number.POSITIVE_INFINITY);
    await over();
    return tells;
  };
  return { reading, of, found, hash: compilation.hash, over, tellsNext };
}

test('rules that were read in one state, and are all that is wanted, are known from then on', async () => {
  const { found, hash, over, tellsNext } = await readingOf(['7', '7'], []);
  await over();
  expect(found).toEqual([`7 ${hash}`]);
  expect(await tellsNext()).toBe(true);
});

test.each<[string, readonly (string | null)[], readonly string[]]>([
  ['somebody changed any while they were read', ['7', '8'], []],
  ['the kernel does not say', [null, null], []],
  ['a service is left out', ['7', '7'], ['svc_1']],
])('they are not when %s', async (_, generations, leftOut) => {
  const { found, over } = await readingOf(generations, leftOut);
  await over();
  expect(found).toEqual([]);
});

test('nobody counts on a reading after one that failed, until one has told something again', async () => {
  const { reading, of, found, over, tellsNext } = await readingOf(['7', '7', '7', '7', '7', '7'], []);
  of.fails = true;
  await bench.until(() => of.looks > 0 && !reading.tellsWithin(Number.POSITIVE_INFINITY));
  expect(reading.readsWithin(Number.POSITIVE_INFINITY)).toBe(true);
  of.fails = false;
  await over();
  expect(found.length).toBeLessThanOrEqual(1);
  expect(await tellsNext()).toBe(true);
});

test('nor after one of which nobody could say what it should have found', async () => {
  const { over, tellsNext } = await readingOf(
    ['7', '7'],
    Array.from({ length: RECEIPT_LEFT_OUT_MAX + 1 }, (_, n) => `svc_${n}`),
  );
  await over();
  expect(await tellsNext()).toBe(false);
});
