import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeId, type ReceiptReport } from '@weft/model';
import type { StepOutcome } from '@weft/reconcile';
import type { Logger } from '@weft/telemetry';
import { applyCause } from '../decide/cause.ts';
import { finishedReceipt, interruptedReceipt, type ReceiptHead, verificationReceipt } from '../decide/receipt.ts';
import type { ReceiptSpool } from '../disk/receipt-spool.ts';
import { expected, type Standing } from '../rules-hash/standing.ts';
import { type Compilation, ownNode } from './compilation.ts';

/** What a recorder needs. */
export interface RecorderParts {
  readonly spool: ReceiptSpool;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Lower-case letters and digits, new each time. */
  readonly newIdBody: () => string;
  readonly log: Logger;
}

/** The newest state that is true on this host. */
export interface AppliedState {
  readonly epoch: string;
  readonly revision: number;
  /** What configHash says of it. */
  readonly configHash: string;
}

/** What an apply comes out of and to. */
export interface Apply {
  readonly compilation: Compilation;
  /** What was true before; null: nothing since this process started. */
  readonly applied: AppliedState | null;
  /** No apply came before this one. */
  readonly first: boolean;
  readonly afterFailure: boolean;
}

/** What work on the host gives. */
export interface Worked {
  readonly outcomes: readonly StepOutcome[];
  /** Why it failed; null: it did not. */
  readonly message: string | null;
  /** Services without which the host is as the compilation says; null: nobody knows what it is like. */
  readonly leftOut: readonly string[] | null;
}

/** Writes down what is done to the host: each apply as interrupted before it begins, and what came of it afterwards; and what is found when the kernel is read back. */
export class Recorder {
  readonly #parts: RecorderParts;
  #repairs = 0;
  #applies = 0;
  #finished = Promise.resolve();

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** How often something was written because the host was not as it had been left. */
  get repairs(): number {
    return this.#repairs;
  }

  /** How many applies were recorded. */
  get applies(): number {
    return this.#applies;
  }

  /** Resolves when what came of the last apply is written down. Nothing of its compilation may change before. Never rejects. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Records an apply around the work that it is. What came of it is written down when the caller has gone on: rules that stand wait for no paper. */
  async around<T extends Worked>({ compilation, applied, first, afterFailure }: Apply, work: () => Promise<T>): Promise<T> {
    const { now, newIdBody } = this.#parts;
    const { wanted, hash } = compilation;
    await this.#finished;
    const startedAt = now();
    this.#applies += 1;
    const head: ReceiptHead = {
      id: makeId('receipt', newIdBody()),
      fromRevision: applied?.epoch === wanted.desired.epoch ? applied.revision : 0,
      toRevision: wanted.desired.revision,
      cause: applyCause({ first, afterFailure, changed: applied?.configHash !== hash, snapshot: wanted.fromSnapshot }),
      backend: ownNode(wanted)?.backend ?? '',
      startedAt: new Date(startedAt).toISOString(),
      configHash: hash,
    };
    if (head.cause === 'drift' || head.cause === 'retry') this.#repairs += 1;
    this.#put(interruptedReceipt(head), 'open');
    const worked = await work();
    const durationMs = Math.max(now() - startedAt, 0);
    this.#finished = this.#finish(head, compilation, durationMs, worked);
    return worked;
  }

  async #finish(head: ReceiptHead, compilation: Compilation, durationMs: number, { outcomes, message, leftOut }: Worked): Promise<void> {
    do await nextTurn();
    while (leftOut !== null && !compilation.account.sumUp());
    this.#put(finishedReceipt(head, { durationMs, outcomes, message, ...expected({ compilation, leftOut }) }), 'done');
  }

  /** Records that the kernel was read back, and what it came to. True: to what it should; null: nobody can say what that is. */
  async verified(
    standing: Standing,
    rulesHash: string,
    { at, durationMs }: { readonly at: number; readonly durationMs: number },
  ): Promise<boolean | null> {
    const { newIdBody } = this.#parts;
    await this.#finished;
    const { wanted, hash } = standing.compilation;
    const { revision } = wanted.desired;
    const should = expected(standing);
    if (should.rulesHash === null) return null;
    const startedAt = new Date(at).toISOString();
    const head: ReceiptHead = {
      id: makeId('receipt', newIdBody()),
      fromRevision: revision,
      toRevision: revision,
      cause: 'verification',
      backend: ownNode(wanted)?.backend ?? '',
      startedAt,
      configHash: hash,
    };
    const receipt = verificationReceipt(head, { durationMs, ...should, readBack: { rulesHash, at: startedAt } });
    this.#put(receipt, 'done');
    return receipt.outcome === 'applied';
  }

  /** A full disk must not keep the network from being programmed: it is told, and the work goes on. */
  async kept(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#complain(error);
    }
  }

  #put(receipt: ReceiptReport, state: 'open' | 'done'): void {
    try {
      this.#parts.spool.put(receipt, state);
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.#parts.log.error({ err: error }, 'the state directory cannot be written');
  }
}
