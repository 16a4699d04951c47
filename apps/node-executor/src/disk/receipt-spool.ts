import { renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiptReport } from '@weft/model';
import { z } from 'zod';
import { plainText } from '../decide/plain-text.ts';
import { isMissing, readIfThere, setAside } from './atomic-file.ts';

/** How much the spool keeps while the control plane is away. */
export interface SpoolLimits {
  readonly receipts: number;
  readonly bytes: number;
}

export const SPOOL_LIMITS: SpoolLimits = { receipts: 1_000, bytes: 64 * 1024 * 1024 };

const SpoolFile = z.strictObject({
  receipt: ReceiptReport,
  droppedBefore: z.int().min(0),
});

interface Entry {
  readonly file: string;
  readonly receipt: ReceiptReport;
  readonly bytes: number;
  /** Receipts that had to be dropped before this one; its message says so when it is sent. */
  readonly droppedBefore: number;
}

const FILE_NAME = /^(\d{12})-rcpt_[0-9a-z]+\.json$/;

/**
 * Receipts that the control plane has not acknowledged yet, on disk, oldest first. A receipt is written before its apply as one that was
 * interrupted, and written again with what came of it, so that an executor killed in between leaves a true record. When the limits are reached
 * the oldest is dropped and counted.
 */
export class ReceiptSpool {
  readonly #folder: string;
  readonly #limits: SpoolLimits;
  #entries: Entry[] = [];
  #next = 0;
  #open: string | null = null;

  constructor(folder: string, limits: SpoolLimits = SPOOL_LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Reads what an earlier executor left. Returns where unreadable files were moved to. */
  async load(): Promise<string[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const aside: string[] = [];
    for (const file of (await readdir(this.#folder)).filter((name) => FILE_NAME.test(name)).sort()) {
      const text = await readIfThere(join(this.#folder, file));
      if (text === null) continue;
      try {
        const { receipt, droppedBefore } = SpoolFile.parse(JSON.parse(text));
        this.#entries.push({ file, receipt, droppedBefore, bytes: Buffer.byteLength(text) });
      } catch {
        aside.push(await setAside(join(this.#folder, file), 'unreadable'));
      }
      this.#next = Number(file.slice(0, 12)) + 1;
    }
    return aside;
  }

  /** How many receipts wait. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Puts a receipt in, or a later version of one that is in it already. A receipt that is `open` is not sent yet. When the disk does not take it
   * this throws, and the receipt is kept in memory.
   */
  async put(receipt: ReceiptReport, state: 'open' | 'done'): Promise<void> {
    this.#open = state === 'open' ? receipt.id : null;
    const at = this.#entries.findIndex((entry) => entry.receipt.id === receipt.id);
    const known = this.#entries[at];
    const file = known?.file ?? `${String(this.#next++).padStart(12, '0')}-${receipt.id}.json`;
    const droppedBefore = known?.droppedBefore ?? 0;
    const text = JSON.stringify({ receipt, droppedBefore } satisfies z.input<typeof SpoolFile>);
    const entry = { file, receipt, droppedBefore, bytes: Buffer.byteLength(text) };
    if (known === undefined) this.#entries.push(entry);
    else this.#entries[at] = entry;
    this.#write(file, text);
    this.#shed();
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
    const files = this.#entries.filter((entry) => gone.has(entry.receipt.id)).map((entry) => entry.file);
    this.#entries = this.#entries.filter((entry) => !gone.has(entry.receipt.id));
    for (const file of files) this.#remove(file);
  }

  /** Takes out a receipt that the control plane will never accept, and keeps its file. Returns where it went. */
  async refuse(id: string): Promise<string> {
    const refused = this.#entries.find((entry) => entry.receipt.id === id);
    this.#entries = this.#entries.filter((entry) => entry !== refused);
    return refused === undefined ? '' : setAside(join(this.#folder, refused.file), 'refused');
  }

  #shed(): void {
    let bytes = this.#entries.reduce((sum, entry) => sum + entry.bytes, 0);
    while (this.#entries.length > 1 && (this.#entries.length > this.#limits.receipts || bytes > this.#limits.bytes)) {
      const [oldest, heir, ...rest] = this.#entries as [Entry, Entry, ...Entry[]];
      const counted = { ...heir, droppedBefore: heir.droppedBefore + oldest.droppedBefore + 1 };
      this.#write(heir.file, JSON.stringify({ receipt: counted.receipt, droppedBefore: counted.droppedBefore }));
      this.#remove(oldest.file);
      this.#entries = [counted, ...rest];
      bytes -= oldest.bytes;
    }
  }

  /**
   * No fsync: the page cache outlives a killed executor, and a power cut takes the kernel's rules with it. So it is written at once: that takes a tenth of
   * the time that waiting for it to be done takes.
   */
  #write(file: string, text: string): void {
    const path = join(this.#folder, file);
    try {
      writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
      renameSync(`${path}.tmp`, path);
    } catch (error) {
      // What a full disk took of it must not stay there: nobody would come back for it.
      rmSync(`${path}.tmp`, { force: true });
      throw error;
    }
  }

  #remove(file: string): void {
    try {
      unlinkSync(join(this.#folder, file));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

function withNote(receipt: ReceiptReport, dropped: number): ReceiptReport {
  const note = `${dropped} earlier receipts were dropped because the spool was full`;
  return { ...receipt, message: receipt.message === '' ? note : plainText(`${note}; ${receipt.message}`, 4096) };
}
