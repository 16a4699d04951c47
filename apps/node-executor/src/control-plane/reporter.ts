import { canonicalJson, type NodeReport, type NodeReportAnswer, type PodReport, type ReceiptReport } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import type { ReceiptSpool } from '../disk/receipt-spool.ts';
import { type ControlPlane, ControlPlaneError } from './control-plane.ts';

/** What a report says beside pods and receipts. */
export type Standing = Pick<NodeReport, 'epoch' | 'appliedRevision' | 'configHash' | 'failure' | 'frozen'>;

/** Limits of one report: fewer than the contract's, so that as JSON it is below the 1 MiB that the control plane takes as a body. */
const PODS_MAX = 256;
const RECEIPTS_MAX = 64;
const RECEIPT_BYTES_MAX = 512 * 1024;

/** Answers that say that the same report will never be taken. */
const REFUSALS: ReadonlySet<string> = new Set(['BadRequest', 'PayloadTooLarge', 'UnknownField', 'ValidationFailed']);

/** Tells the control plane what it does not know yet, and forgets it only when the control plane has answered. */
export class Reporter {
  readonly #controlPlane: ControlPlane;
  readonly #spool: ReceiptSpool;
  readonly #log: Logger;
  #standing: string | null = null;
  readonly #pods = new Map<string, string>();

  constructor(controlPlane: ControlPlane, spool: ReceiptSpool, log: Logger) {
    this.#log = log;
    this.#controlPlane = controlPlane;
    this.#spool = spool;
  }

  /** After a new session everything is said again. */
  startOver(): void {
    this.#standing = null;
    this.#pods.clear();
  }

  /** True when there is something that the control plane has not acknowledged. */
  hasNews(standing: Standing, pods: readonly PodReport[]): boolean {
    return canonicalJson(standing) !== this.#standing || this.#spool.peek(1, 1).length > 0 || this.#changed(pods).length > 0;
  }

  /**
   * Reports until everything is acknowledged, at least once. Returns the last answer. A report that got no answer is sent again later; its receipts
   * keep their ids, so the control plane counts them once. A receipt that is refused by itself is set aside, so that it does not hold back the
   * others. Throws ControlPlaneError.
   */
  async report(session: string, standing: Standing, pods: readonly PodReport[]): Promise<NodeReportAnswer> {
    const current = new Set(pods.map(({ id }) => id));
    for (const id of this.#pods.keys()) if (!current.has(id)) this.#pods.delete(id);
    let most = RECEIPTS_MAX;
    for (;;) {
      const changed = this.#changed(pods).slice(0, PODS_MAX);
      const receipts = this.#spool.peek(most, RECEIPT_BYTES_MAX);
      try {
        const answer = await this.#controlPlane.report({ session, ...standing, pods: changed, receipts });
        await this.#acknowledged(standing, changed, receipts);
        if (most === 0) most = 1;
        if (!this.hasNews(standing, pods)) return answer;
      } catch (error) {
        const [first] = receipts;
        if (first === undefined || !(error instanceof ControlPlaneError && REFUSALS.has(error.code))) throw error;
        // First without any, to see whether it is the receipts; then one by one, to see which.
        if (most === 1) this.#log.error({ err: error, movedTo: await this.#spool.refuse(first.id) }, 'a receipt was refused');
        else most = 0;
      }
    }
  }

  async #acknowledged(standing: Standing, pods: readonly PodReport[], receipts: readonly ReceiptReport[]): Promise<void> {
    this.#standing = canonicalJson(standing);
    for (const pod of pods) this.#pods.set(pod.id, canonicalJson(pod));
    await this.#spool.acknowledge(receipts.map(({ id }) => id));
  }

  #changed(pods: readonly PodReport[]): PodReport[] {
    return pods.filter((pod) => this.#pods.get(pod.id) !== canonicalJson(pod));
  }
}
