import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeId, type ReceiptReport } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishedReceipt, interruptedReceipt, type ReceiptHead } from '../../src/decide/receipt.ts';
import { ReceiptSpool } from '../../src/disk/receipt-spool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

const head = (n: number): ReceiptHead => ({
  id: makeId('receipt', `r${n}`),
  fromRevision: n - 1,
  toRevision: n,
  cause: 'change',
  backend: 'nftables',
  startedAt: '2026-11-21T00:00:00.000Z',
  configHash: 'abc',
});
const finished = (n: number, outcomes: readonly StepOutcome[], message: string | null = null): ReceiptReport =>
  finishedReceipt(head(n), { durationMs: 5, outcomes, message, rulesHash: null, leftOut: [] });
const done = (n: number): ReceiptReport => finished(n, []);

async function opened(limits?: { receipts: number; bytes: number }): Promise<ReceiptSpool> {
  const spool = new ReceiptSpool(folder, limits);
  await spool.load();
  return spool;
}
const waiting = (spool: ReceiptSpool) => spool.peek(64, 1e6).map(({ toRevision }) => toRevision);

describe('ReceiptSpool', () => {
  it('keeps receipts over a restart, oldest first, until they are acknowledged', async () => {
    const spool = await opened();
    for (const n of [1, 2, 3]) spool.put(done(n), 'done');
    await spool.acknowledge([done(2).id]);
    const reopened = await opened();
    expect(reopened.peek(64, 1e6)).toEqual([done(1), done(3)]);
    reopened.put(done(4), 'done');
    expect(waiting(await opened())).toEqual([1, 3, 4]);
  });

  it('does not send an apply that is under way, and sends it as interrupted when the executor was killed', async () => {
    const spool = await opened();
    spool.put(done(1), 'done');
    spool.put(interruptedReceipt(head(2)), 'open');
    expect(waiting(spool)).toEqual([1]);
    spool.put(done(2), 'done');
    spool.put(interruptedReceipt(head(3)), 'open');
    expect((await opened()).peek(64, 1e6)).toEqual([
      done(1),
      done(2),
      expect.objectContaining({ toRevision: 3, outcome: 'failed', message: expect.stringContaining('ended in the middle') }),
    ]);
  });

  it('drops the oldest when it is full, and the next one says how many', async () => {
    const spool = await opened({ receipts: 2, bytes: 1e6 });
    for (const n of [1, 2, 3, 4, 5]) spool.put(done(n), 'done');
    expect(waiting(spool)).toEqual([4, 5]);
    expect((await opened()).peek(1, 1e6)[0]?.message).toBe('3 earlier receipts were dropped because the spool was full');
  });

  it('is bounded in bytes too', async () => {
    const spool = await opened({ receipts: 100, bytes: 1_000 });
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) spool.put(done(n), 'done');
    expect(waiting(spool).length).toBeLessThan(5);
    expect(waiting(spool).at(-1)).toBe(8);
  });

  it('hands out at most what a report may hold, but always one', async () => {
    const spool = await opened();
    for (const n of [1, 2, 3]) spool.put(done(n), 'done');
    expect(spool.peek(2, 1e6)).toHaveLength(2);
    expect(spool.peek(64, 1)).toHaveLength(1);
  });

  it('keeps in memory what the disk does not take', async () => {
    const spool = await opened();
    await mkdir(join(folder, 'waiting'));
    expect(() => spool.put(done(1), 'done')).toThrow();
    expect(() => spool.put(done(2), 'done')).toThrow();
    expect(waiting(spool)).toEqual([1, 2]);
    await rm(join(folder, 'waiting'), { recursive: true });
    spool.put(done(3), 'done');
    expect(waiting(spool)).toEqual([1, 2, 3]);
    expect(waiting(await opened())).toEqual([1, 2, 3]);
  });

  it('keeps its limits in memory too while the disk takes nothing', async () => {
    const spool = await opened({ receipts: 2, bytes: 1e6 });
    await mkdir(join(folder, 'waiting'));
    for (const n of [1, 2, 3, 4]) expect(() => spool.put(done(n), 'done')).toThrow();
    expect(waiting(spool)).toEqual([3, 4]);
    await rm(join(folder, 'waiting'), { recursive: true });
    spool.put(done(5), 'done');
    expect(waiting(await opened())).toEqual([4, 5]);
    expect((await opened()).peek(1, 1e6)[0]?.message).toBe('3 earlier receipts were dropped because the spool was full');
  });

  it.each([
    ['removed', (file: string) => rm(file)],
    ['moved', (file: string) => rename(file, `${file}.elsewhere`)],
    ['replaced', (file: string) => writeFile(`${file}.other`, 'other\n').then(() => rename(`${file}.other`, file))],
  ])('writes everything down again when somebody has %s its file', async (_what, meddle) => {
    const file = join(folder, 'waiting');
    const spool = await opened();
    spool.put(done(1), 'done');
    await meddle(file);
    spool.put(done(2), 'done');
    expect(waiting(await opened())).toEqual([1, 2]);
    await meddle(file);
    spool.put(done(3), 'done');
    const reopened = new ReceiptSpool(folder);
    expect(await reopened.load()).toEqual([]);
    expect(waiting(reopened)).toEqual([1, 2, 3]);
  });

  it('has no file open once it is closed', async () => {
    const spool = await opened();
    spool.put(done(1), 'done');
    const open = async () => {
      const files = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(files)).filter((path) => path.startsWith(folder)).length;
    };
    expect(await open()).toBe(1);
    spool.close();
    await eventually('its end', async () => (await open()) === 0);
    spool.put(done(2), 'done');
    expect(waiting(await opened())).toEqual([1, 2]);
  });

  it('is what it was before a line that was cut off at any byte, and takes the next one', async () => {
    const file = join(folder, 'waiting');
    const spool = await opened();
    spool.put(done(1), 'done');
    const before = await readFile(file, 'utf8');
    spool.put(done(2), 'done');
    const after = await readFile(file, 'utf8');
    for (let end = before.length; end < after.length; end += 1) {
      await writeFile(file, after.slice(0, end));
      const reopened = new ReceiptSpool(folder);
      expect(await reopened.load()).toEqual([]);
      expect(waiting(reopened)).toEqual([1]);
      reopened.put(done(3), 'done');
      expect(waiting(await opened())).toEqual([1, 3]);
    }
  });

  it('keeps the rest of a file with a broken line, and the file itself aside', async () => {
    const file = join(folder, 'waiting');
    const spool = await opened();
    for (const n of [1, 2, 3]) spool.put(done(n), 'done');
    const [first = '', second = '', third = ''] = (await readFile(file, 'utf8')).split('\n');
    const broken = [first, second.slice(0, 50), third, ''].join('\n');
    await writeFile(file, broken);
    const reopened = new ReceiptSpool(folder);
    expect(await reopened.load()).toEqual([`${file}.unreadable`]);
    expect(waiting(reopened)).toEqual([1, 3]);
    expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(broken);
    expect(waiting(await opened())).toEqual([1, 3]);
  });

  it('does not let its file grow with what nobody waits for any more', async () => {
    const spool = await opened();
    const input = 'x'.repeat(65_000);
    for (let n = 1; n <= 50; n += 1) {
      spool.put(finished(n, [{ argv: ['nft'], input, exitCode: 0, durationMs: 1, stderr: '' }]), 'done');
      await spool.acknowledge([done(n - 1).id]);
    }
    expect((await stat(join(folder, 'waiting'))).size).toBeLessThan(1.5e6);
    expect(waiting(await opened())).toEqual([50]);
  });

  it('keeps a receipt that is refused, apart', async () => {
    const spool = await opened();
    for (const n of [1, 2]) spool.put(done(n), 'done');
    const aside = await spool.refuse(done(1).id);
    expect(JSON.parse(await readFile(aside, 'utf8'))).toEqual(done(1));
    expect(waiting(spool)).toEqual([2]);
    expect(waiting(await opened())).toEqual([2]);
  });
});

describe('finishedReceipt', () => {
  const outcome = (over: object) => ({ argv: ['nft', '-f', '-'], input: '', exitCode: 0, durationMs: 1, stderr: '', ...over });

  it('cuts what is longer than the contract allows and says so', () => {
    const receipt = finished(1, [outcome({ input: 'x'.repeat(65_537), stderr: 'y'.repeat(5_000) }), outcome({ input: 'short' })]);
    expect(receipt.steps.map(({ input, truncated, stderr }) => [input.length, truncated, stderr.length])).toEqual([
      [8_192, true, 4_096],
      [5, false, 0],
    ]);
  });

  it('bounds all texts of one receipt together', () => {
    const receipt = finished(
      1,
      Array.from({ length: 20 }, () => outcome({ input: 'x'.repeat(65_536) })),
    );
    expect(receipt.steps.reduce((sum, { input }) => sum + input.length, 0)).toBe(3 * 65_536);
    expect(receipt.steps.at(-1)).toMatchObject({ argv: ['nft', '-f', '-'], input: '', truncated: true });
  });

  it('keeps the beginning of an input that the others leave no room for', () => {
    const receipt = finished(
      1,
      [65_000, 65_000, 60_000, 10_000].map((length) => outcome({ input: 'x'.repeat(length) })),
    );
    expect(receipt.steps.map(({ input, truncated }) => [input.length, truncated])).toEqual([
      [65_000, false],
      [65_000, false],
      [60_000, false],
      [3 * 65_536 - 190_000, true],
    ]);
    const [, , , last] = finished(
      1,
      [65_000, 65_000, 50_000, 60_000].map((length) => outcome({ input: 'x'.repeat(length) })),
    ).steps;
    expect(last?.input).toHaveLength(8_192);
  });

  it('lists the steps that failed even among too many', () => {
    const outcomes = [...Array.from({ length: 300 }, () => outcome({})), outcome({ exitCode: 1, stderr: 'no' })];
    const receipt = finished(1, outcomes, 'ip exited with 1');
    expect(receipt.steps).toHaveLength(256);
    expect(receipt.steps.at(-1)).toMatchObject({ exitCode: 1, stderr: 'no' });
    expect(receipt.message).toBe('ip exited with 1; 45 more steps are not listed');
  });
});
