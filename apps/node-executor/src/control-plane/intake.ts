import { type DesiredPull, type DesiredState, type HeldState, type MergePull, mergePull, type NodeControl } from '@weft/model';
import { managementConflict } from '../decide/management.ts';
import { implausibleShrink } from '../decide/shrink.ts';
import type { Failure } from '../failure.ts';
import type { ControlPlane } from './control-plane.ts';

const sameObjects = (a: DesiredState, b: DesiredState) =>
  a.nodes === b.nodes && a.pods === b.pods && a.services === b.services && a.cluster === b.cluster;

/** How a state came of another one. */
export interface Delta {
  readonly from: DesiredState;
  readonly pull: DesiredPull;
}

/** What is believed and what is not. */
export interface IntakeOptions {
  readonly acceptShrink: boolean;
  /** How an answer is put on top of what is held; missing: mergePull. */
  readonly merge?: MergePull | undefined;
  /** Addresses that this host is managed by, which nobody may take. */
  readonly guarded: () => readonly string[];
}

/** What came of a pull: the state moved on, stayed, or an answer was not believed and the state stayed. */
export type IntakeResult = 'advanced' | 'unchanged' | 'refused';

/** Holds the newest state this node was told to make true, and takes the next one in. Nothing older, cut short or implausible gets past it. */
export class Intake {
  readonly #controlPlane: Pick<ControlPlane, 'pull'>;
  readonly #options: IntakeOptions;
  #held: HeldState | null;
  #fromSnapshot = false;
  #delta: Delta | null = null;
  #refusal: Failure | null = null;
  #control: { readonly epoch: string; readonly revision: number; readonly is: NodeControl } | null = null;

  constructor(controlPlane: Pick<ControlPlane, 'pull'>, held: HeldState | null, options: IntakeOptions) {
    this.#controlPlane = controlPlane;
    this.#held = held;
    this.#options = options;
  }

  /** The newest state that was taken in; null before the first. Its lists are the same values as before when no object changed. */
  get desired(): DesiredState | null {
    return this.#held?.state ?? null;
  }

  /** The checksum of that state. */
  get checksum(): string {
    return this.#held?.checksum ?? '';
  }

  /** That state came whole and not as what changed. */
  get fromSnapshot(): boolean {
    return this.#fromSnapshot;
  }

  /** How that state came of the one before it; null: it came whole, or was there at start. */
  get delta(): Delta | null {
    return this.#delta;
  }

  /** How the node is to be handled, as the newest answer said, whether or not its state could be taken in; null before the first. */
  get control(): NodeControl | null {
    return this.#control?.is ?? null;
  }

  /** Why the last answer was not believed; null when it was. */
  get refusal(): Failure | null {
    return this.#refusal;
  }

  /** Makes ready for the next answer; for when nobody waits. */
  prepare(): void {
    this.#held?.prepare();
  }

  /**
   * Asks for what is new since the state held. An answer that does not fit is asked for again as a snapshot. `atLeast`: an answer of this revision or a newer one will do, also one that others were given;
   * undefined: the newest. Throws ControlPlaneError.
   */
  async pull(atLeast?: number): Promise<IntakeResult> {
    const base = this.desired;
    if (base !== null) {
      const answer = await this.#controlPlane.pull({ epoch: base.epoch, revision: base.revision }, atLeast);
      const result = this.#take(answer);
      if (result !== 'refused' || answer.kind === 'snapshot') return result;
    }
    return this.#take(await this.#controlPlane.pull(null));
  }

  #take(pull: DesiredPull): IntakeResult {
    const base = this.desired;
    this.#takeControl(pull);
    const taken = managementConflict(pull, this.#options.guarded());
    if (taken !== null) return this.#refuse('ManagementAddress', `revision ${pull.revision} is not taken in: ${taken}`);
    const { merge: mergeOf = mergePull } = this.#options;
    const merge = mergeOf(this.#held, pull);
    if (!merge.ok) {
      // A replica that is behind will catch up; what it says is no news and no fault of this node.
      if (merge.refusal.reason === 'older') return 'unchanged';
      return this.#refuse('IncompleteState', `the ${pull.kind} of revision ${pull.revision} was not merged: ${merge.refusal.reason}`);
    }
    const next = merge.held.state;
    const shrink = base !== null && pull.kind === 'snapshot' ? implausibleShrink(base, next) : null;
    if (shrink !== null && !this.#options.acceptShrink)
      return this.#refuse(
        'ImplausibleShrink',
        `the snapshot of revision ${pull.revision} lacks ${shrink.dropped} of the ${shrink.held} objects this node holds; ` +
          'if that is meant, restart the executor once with WEFT_ACCEPT_SHRINK=1',
      );
    this.#refusal = null;
    this.#held = merge.held;
    if (base !== null && base.revision === next.revision && sameObjects(base, next)) return 'unchanged';
    this.#fromSnapshot = pull.kind === 'snapshot';
    this.#delta = base !== null && pull.kind === 'delta' ? { from: base, pull } : null;
    return 'advanced';
  }

  #takeControl({ epoch, revision, control }: DesiredPull): void {
    if (this.#control?.epoch === epoch && this.#control.revision > revision) return;
    this.#control = { epoch, revision, is: control };
  }

  #refuse(code: string, message: string): IntakeResult {
    this.#refusal = { code, message };
    return 'refused';
  }
}
