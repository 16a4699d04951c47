import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DesiredPull, DesiredState } from '@weft/model';
import { AppendedFile } from './appended-file.ts';
import { isMissing, readIfThere, setAside, writeAtomically } from './atomic-file.ts';
import { goodLine, type Journal, type KeptState, pullLine, readJournal, stateLine } from './state-journal.ts';

export type { KeptState } from './state-journal.ts';

/** A state that is about to be applied. */
export interface StateToKeep {
  readonly nodeId: string;
  readonly desired: DesiredState;
  /** The delta that made it of another state; missing or null: it came whole, or nobody knows. */
  readonly delta?: { readonly from: DesiredState; readonly pull: DesiredPull } | null;
}

/** What was found on disk at start: states to try, best first, and what could not be read. */
export interface Found {
  readonly candidates: readonly KeptState[];
  readonly unreadable: readonly { readonly movedTo: string; readonly why: string }[];
}

/** Deltas are appended until they are this long and longer than the state before them; then the state is written anew. In characters. */
export const DELTAS_MIN = 1024 * 1024;

/** For work on a file that may be gone already. */
function ifThere(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** What the file that is appended to holds. */
interface GrowingFile {
  readonly nodeId: string;
  readonly stateLength: number;
  deltas: number;
  /** What its lines make. */
  is: DesiredState;
  /** Whether that was applied whole. */
  good: boolean;
  /** Whether a state in it was applied whole, that or an earlier one. */
  holdsGood: boolean;
}

/**
 * The desired states a node can start from without a control plane. The newest is kept before it is applied, so that the disk is never
 * behind the kernel: an executor killed in the middle of an apply finishes it instead of undoing it. Beside it there is the newest state before that
 * which was applied whole, for when the newest cannot be. A delta costs its own length.
 */
export class DesiredStore {
  readonly #folder: string;
  readonly #newest: string;
  readonly #lastGood: string;
  readonly #growing: AppendedFile;
  readonly #deltasMin: number;
  readonly #writer: string | null;
  #file: GrowingFile | null = null;
  /** Whether the file that an earlier executor left holds a state that was applied whole. */
  #foundGood = false;
  /** Whether the file is the state that was to be kept last: the disk may have refused it. */
  #isKept = false;

  /** `writer`: the program that this is, which need not check again what it wrote itself (writer.ts); null: it checks everything. */
  constructor(
    folder: string,
    { writer = null, deltasMin = DELTAS_MIN }: { readonly writer?: string | null; readonly deltasMin?: number } = {},
  ) {
    this.#deltasMin = deltasMin;
    this.#writer = writer;
    this.#folder = folder;
    this.#newest = join(folder, 'desired.jsonl');
    this.#lastGood = join(folder, 'last-good.jsonl');
    this.#growing = new AppendedFile(this.#newest);
  }

  /**
   * Reads both states. A file that is broken is moved aside and listed; it is never an error. What this program wrote itself is gone on with: its state is kept, and a delta may
   * follow. What another one wrote is written whole when it is kept.
   */
  async load(): Promise<Found> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unreadable: { movedTo: string; why: string }[] = [];
    const newest = await this.#read(this.#newest, unreadable);
    const lastGood = await this.#read(this.#lastGood, unreadable);
    this.#foundGood = newest !== null && newest.good !== null;
    if (newest !== null) this.#goOnWith(newest);
    const found = [newest?.newest, newest?.good ?? lastGood?.good];
    const candidates = found.filter((state) => state !== null && state !== undefined);
    return { candidates: candidates.filter((state, at) => at === 0 || state.held.state !== candidates[0]?.held.state), unreadable };
  }

  /** Keeps a state that is about to be applied: it survives our end when this resolves, and a power cut when `safe` does. */
  async keep({ nodeId, desired, delta = null }: StateToKeep): Promise<{ readonly safe: Promise<void> }> {
    this.#isKept = false;
    if (!this.#growing.isInPlace) {
      // Nobody knows what has its path, so it is neither appended to nor kept as the one to go back to.
      this.#file = null;
      this.#foundGood = false;
    }
    const file = this.#file;
    if (file?.is === desired) {
      this.#isKept = true;
      return { safe: this.#growing.sync() };
    }
    const fits = file !== null && delta !== null && delta.from === file.is && nodeId === file.nodeId;
    if (!fits || file.deltas > Math.max(this.#deltasMin, file.stateLength)) {
      await this.#write(nodeId, desired);
      this.#isKept = true;
      return { safe: Promise.resolve() };
    }
    const text = pullLine(delta.pull, file.good);
    this.#growing.append(text);
    this.#file = { ...file, deltas: file.deltas + text.length, is: desired, good: false, holdsGood: file.holdsGood || file.good };
    this.#isKept = true;
    const safe = this.#growing.sync().catch((error: unknown) => {
      // Nobody knows what the disk has: the next state is written whole.
      this.#file = null;
      throw error;
    });
    return { safe };
  }

  /** Says that a state has the same objects as the one kept last, and stands for it from now on: a delta from it may follow. */
  follow(from: DesiredState, desired: DesiredState): void {
    if (this.#file?.is === from) this.#file.is = desired;
  }

  /** Says that the state that was to be kept last was applied whole. */
  markGood(): void {
    if (this.#file !== null && this.#isKept) this.#file.good = true;
  }

  /** Forgets both states. */
  async clear(): Promise<void> {
    this.#file = null;
    this.#growing.close();
    for (const path of [this.#newest, this.#lastGood]) await rm(path).catch(ifThere);
  }

  /** Lets go of the file; it can be used again. */
  close(): void {
    this.#growing.close();
  }

  #goOnWith({ newest: { nodeId, held }, good, own }: Journal): void {
    if (own === null) return;
    this.#growing.reopen();
    this.#file = { nodeId, ...own, is: held.state, good: good?.held === held, holdsGood: good !== null };
  }

  async #read(path: string, unreadable: { movedTo: string; why: string }[]): Promise<Journal | null> {
    const text = await readIfThere(path);
    if (text === null) return null;
    try {
      const journal = readJournal(text, this.#writer);
      if (journal.broken !== null) unreadable.push({ movedTo: await setAside(path, 'unreadable'), why: journal.broken });
      return journal;
    } catch (error) {
      unreadable.push({ movedTo: await setAside(path, 'unreadable'), why: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  /**
   * Writes a state whole. The file before it stays as the one to go back to when a state in it was applied whole. When the disk refuses, that file stays what it is, and so
   * does what is known of it.
   */
  async #write(nodeId: string, desired: DesiredState): Promise<void> {
    const before = this.#file;
    const holdsGood = before === null ? this.#foundGood : before.good || before.holdsGood;
    if (before?.good === true) {
      this.#growing.append(goodLine());
      await this.#growing.sync();
      Object.assign(before, { good: false, holdsGood: true });
    }
    const text = stateLine(nodeId, desired, this.#writer);
    await writeAtomically(this.#newest, text, async () => {
      if (holdsGood) await rename(this.#newest, this.#lastGood).catch(ifThere);
    });
    this.#foundGood = false;
    this.#growing.reopen();
    this.#file = { nodeId, stateLength: text.length, deltas: 0, is: desired, good: false, holdsGood: false };
  }
}
