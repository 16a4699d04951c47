import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeId, type PodReport, PROTOCOL } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ControlPlane, ControlPlaneError, type Report } from '../src/control-plane/control-plane.ts';
import { Reporter, type Standing } from '../src/control-plane/reporter.ts';
import { finishedReceipt } from '../src/decide/receipt.ts';
import { ReceiptSpool } from '../src/disk/receipt-spool.ts';
import { FakeControlPlane } from './support/fake-control-plane.ts';
import { FACTS } from './support/objects.ts';

const STANDING: Standing = { epoch: 'epoch-1', appliedRevision: 1, configHash: 'h', failure: null, frozen: false };

let folder: string;
let spool: ReceiptSpool;
let fake: FakeControlPlane;
let session: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-reporter-'));
  spool = new ReceiptSpool(folder);
  await spool.load();
  fake = new FakeControlPlane();
  ({ session } = await fake.openSession({ protocol: PROTOCOL, facts: FACTS }));
});
afterEach(() => rm(folder, { recursive: true }));

async function spoolReceipts(count: number, input = ''): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const head = {
      fromRevision: 0,
      toRevision: n,
      cause: 'change',
      backend: 'nftables',
      startedAt: '2026-11-21T00:00:00.000Z',
      configHash: 'h',
    } as const;
    const outcome = { argv: ['nft'], input, exitCode: 0, durationMs: 1, stderr: '' };
    const end = { durationMs: 1, outcomes: [outcome], message: null, rulesHash: null, leftOut: [] };
    spool.put(finishedReceipt({ ...head, id: makeId('receipt', `r${n}`) }, end), 'done');
  }
}
const pods = (count: number): PodReport[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `pod_p${n}`,
    phase: 'Running',
    ready: true,
    reason: 'Ready',
    message: 'x'.repeat(1_000),
  }));
const reporterTo = (controlPlane: ControlPlane) => new Reporter(controlPlane, spool, createLogger('test', 'silent'));

it('splits what is too much for one request, and forgets nothing', async () => {
  await spoolReceipts(100, 'x'.repeat(60_000));
  await reporterTo(fake).report(session, STANDING, pods(600));
  expect(fake.receipts.size).toBe(100);
  expect(fake.podStates.size).toBe(600);
  expect(Math.max(...fake.reports.map((report) => JSON.stringify(report).length))).toBeLessThan(1024 * 1024);
  expect(spool.size).toBe(0);
});

it('says the same thing once', async () => {
  const reporter = reporterTo(fake);
  await reporter.report(session, STANDING, pods(2));
  expect(reporter.hasNews(STANDING, pods(2))).toBe(false);
  expect(reporter.hasNews({ ...STANDING, appliedRevision: 2 }, pods(2))).toBe(true);
  expect(reporter.hasNews(STANDING, pods(3))).toBe(true);
  reporter.startOver();
  expect(reporter.hasNews(STANDING, pods(2))).toBe(true);
});

/** A control plane that refuses every report for which `unwanted` holds. */
const refusing = (unwanted: (report: Report) => boolean): ControlPlane => ({
  openSession: (open) => fake.openSession(open),
  pull: (since) => fake.pull(since),
  renewLease: (renewal) => fake.renewLease(renewal),
  count: (report) => fake.count(report),
  drift: (report) => fake.drift(report),
  report: async (report) => {
    if (unwanted(report)) throw new ControlPlaneError('ValidationFailed', 'a field is not valid');
    return fake.report(report);
  },
});

it('sets aside the one receipt that is never taken, and delivers the others', async () => {
  await spoolReceipts(5);
  await reporterTo(refusing((report) => report.receipts.some(({ toRevision }) => toRevision === 3))).report(session, STANDING, []);
  expect([...fake.receipts.values()].map(({ toRevision }) => toRevision)).toEqual([1, 2, 4, 5]);
  expect(await readdir(folder)).toEqual(['rcpt_r3.refused', 'waiting']);
});

it('sets no receipt aside when it is the rest of the report that is refused', async () => {
  await spoolReceipts(3);
  await expect(reporterTo(refusing(() => true)).report(session, STANDING, [])).rejects.toThrow(ControlPlaneError);
  expect(spool.size).toBe(3);
});
