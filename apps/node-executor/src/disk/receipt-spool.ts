import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceiptReport } from '@weft/model';
import { plainText } from '../decide/plain-text.ts';
import { AppendedFile } from './appended-file.ts';
import { readIfThere, replaceText, setAside } from './atomic-file.ts';
import { readSpool, type SpooledReceipt, spoolText, withoutOldest } from './spool-lines.ts';

/** How much the spool keeps while the control plane is away. */
export interface SpoolLimits {
  readonly receipts: number;
  readonly bytes: number;
}

export const SPOOL_LIMITS: SpoolLimits = { receipts: 1_000, bytes: 64 * 1024 * 1024 };

/** What nobody waits for any more may take this many bytes of the file, or as many as what is waited for, before the file is written anew. */
const WASTE_MIN = 1024 * 1024;

/**
 * Receipts that the control plane has not acknowledged yet, on disk, oldest first. A receipt is written before its apply as one that was
 * interrupted, and written again with what came of it, so that an executor killed in between leaves a true record. When the limits are reached
 * the oldest is dropped and counted.
 */
export class ReceiptSpool {
  readonly #folder: string;
  readonly #path: string;
  readonly #file: AppendedFile;
  readonly #limits: SpoolLimits;
  #entries: SpooledReceipt[] = [];
  #open: string | null = null;
  /** Bytes in the file. */
  #length = 0;
  /** The file does not have everything, or ends in the middle of a line: the disk did not take what was written last. */
  #behind = false;

  constructor(folder: string, limits: SpoolLimits = SPOOL_LIMITS) {
    this.#folder = folder;
    this.#path = join(folder, 'waiting');
    this.#file = new AppendedFile(this.#path);
    this.#limits = limits;
  }

  /** Reads what an earlier executor left. Returns where a file went that held what cannot be read; the rest of it is kept. */
  async load(): Promise<string[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const text = await readIfThere(this.#path);
    if (text === null) return [];
    const { waiting, broken } = readSpool(text);
    this.#entries = waiting;
    const aside = broken ? [await setAside(this.#path, 'unreadable')] : [];
    this.#rewrite();
    return aside;
  }

  /** How many receipts wait. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Puts a receipt in, or a later version of one that is in it already. A receipt that is `open` is not sent yet. When the disk does not take it
   * this throws, and the receipt is kept in memory until it does.
   */
  put(receipt: ReceiptReport, state: 'open' | 'done'): void {
    this.#open = state === 'open' ? receipt.id : null;
    const at = this.#entries.findLastIndex((entry) => entry.receipt.id === receipt.id);
    const droppedBefore = this.#entries[at]?.droppedBefore ?? 0;
    const text = spoolText({ put: receipt, droppedBefore });
    const entry = { receipt, droppedBefore, bytes: Buffer.byteLength(text) };
    if (at < 0) this.#entries.push(entry);
    else this.#entries[at] = entry;
    this.#write(text + this.#shed(), state);
  }

  /** The oldest receipts that can be sent, at most `count` and about `bytes` of them, at least one if there is any. */
  peek(count: number, bytes: number): ReceiptReport[] {
    const batch: ReceiptReport[] = [];
    let room = bytes;
    for (const entry of this.#entries) {
      if (entry.receipt.id === this.#open || batch.length >= count || (batch.length > 0 && entry.bytes > room)) break;
      room -= entry.bytes;
      batch.push(entry.droppedBefore === 0 ? entry.receipt : withNote(entry.receipt, entry.droppedBefore));
    }
    return batch;
  }

  /** Forgets receipts that the control plane has acknowledged. */
  async acknowledge(ids: Iterable<string>): Promise<void> {
    const gone = new Set(ids);
    if (gone.size === 0) return;
    this.#entries = this.#entries.filter((entry) => !gone.has(entry.receipt.id));
    this.#write(spoolText({ gone: [...gone] }), 'done');
  }

  /** Takes out a receipt that the control plane will never accept, and keeps it in a file of its own. Returns which. */
  async refuse(id: string): Promise<string> {
    const refused = this.#entries.find((entry) => entry.receipt.id === id);
    if (refused === undefined) return '';
    const aside = join(this.#folder, `${id}.refused`);
    writeFileSync(aside, JSON.stringify(refused.receipt), { mode: 0o600 });
    await this.acknowledge([id]);
    return aside;
  }

  /** Lets go of the file; it can be used again. */
  close(): void {
    this.#file.close();
  }

  /** Bytes of the file that are waited for. */
  get #waiting(): number {
    return this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Drops the oldest until the limits are kept. Returns the lines that say so. */
  #shed(): string {
    let lines = '';
    while (this.#entries.length > 1 && (this.#entries.length > this.#limits.receipts || this.#waiting > this.#limits.bytes)) {
      lines += spoolText({ dropped: this.#entries[0]?.receipt.id ?? '' });
      this.#entries = withoutOldest(this.#entries);
    }
    return lines;
  }

  /**
   * Writes down a change that was made in memory. No fsync: the page cache outlives a killed executor, and a power cut takes the kernel's rules with it. So it is written at
   * once, at the end of one file: a file for each receipt took twenty times as long to make. Whether the file is still in its place is asked when nothing waits for the answer: an apply waits for
   * its open receipt.
   */
  #write(lines: string, state: 'open' | 'done'): void {
    const behind = this.#behind;
    this.#behind = true;
    if (behind || (state === 'done' && !this.#file.isInPlace)) {
      this.#rewrite();
      return;
    }
    this.#file.append(lines);
    this.#behind = false;
    this.#length += Buffer.byteLength(lines);
    const waiting = this.#waiting;
    if (this.#length - waiting > Math.max(WASTE_MIN, waiting)) this.#rewrite();
  }

  #rewrite(): void {
    const text = this.#entries.map(({ receipt, droppedBefore }) => spoolText({ put: receipt, droppedBefore })).join('');
    this.#behind = true;
    replaceText(this.#path, text);
    this.#file.reopen();
    this.#behind = false;
    this.#length = Buffer.byteLength(text);
  }
}

function withNote(receipt: ReceiptReport, dropped: number): ReceiptReport {
  const note = `${dropped} earlier receipts were dropped because the spool was full`;
  return { ...receipt, message: receipt.message === '' ? note : plainText(`${note}; ${receipt.message}`, 4096) };
}
