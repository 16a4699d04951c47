import { canonicalJson, type DesiredPull, type DesiredState, mergePull } from '@weft/model';
import type { ControlPlane } from './control-plane/control-plane.ts';
import { implausibleShrink } from './decide/shrink.ts';
import type { Failure } from './failure.ts';

function sameObjects(base: DesiredState, pull: DesiredPull): boolean {
  const lists = [pull.nodes, pull.pods, pull.services, pull.removed];
  return pull.kind === 'delta' && lists.every((list) => list.length === 0) && canonicalJson(base.cluster) === canonicalJson(pull.cluster);
}

/** What came of a pull: the state moved on, stayed, or an answer was not believed and the state stayed. */
export type IntakeResult = 'advanced' | 'unchanged' | 'refused';

/** Holds the newest state this node was told to make true, and takes the next one in. Nothing older, cut short or implausible gets past it. */
export class Intake {
  readonly #controlPlane: ControlPlane;
  readonly #acceptShrink: boolean;
  #desired: DesiredState | null;
  #fromSnapshot = false;
  #refusal: Failure | null = null;

  constructor(controlPlane: ControlPlane, desired: DesiredState | null, options: { readonly acceptShrink: boolean }) {
    this.#controlPlane = controlPlane;
    this.#desired = desired;
    this.#acceptShrink = options.acceptShrink;
  }

  /** The newest state that was taken in; null before the first. Its lists are the same values as before when no object changed. */
  get desired(): DesiredState | null {
    return this.#desired;
  }

  /** The state came whole and not as what changed. */
  get fromSnapshot(): boolean {
    return this.#fromSnapshot;
  }

  /** Why the last answer was not believed; null when it was. */
  get refusal(): Failure | null {
    return this.#refusal;
  }

  /** Asks for what is new since the state held. An answer that does not fit is asked for again as a snapshot. Throws ControlPlaneError. */
  async pull(): Promise<IntakeResult> {
    const base = this.#desired;
    if (base !== null) {
      const answer = await this.#controlPlane.pull({ epoch: base.epoch, revision: base.revision });
      const result = this.#take(answer);
      if (result !== 'refused' || answer.kind === 'snapshot') return result;
    }
    return this.#take(await this.#controlPlane.pull(null));
  }

  #take(pull: DesiredPull): IntakeResult {
    const base = this.#desired;
    const merge = mergePull(base, pull);
    if (!merge.ok) {
      // A replica that is behind will catch up; what it says is no news and no fault of this node.
      if (merge.refusal.reason === 'older') return 'unchanged';
      return this.#refuse('IncompleteState', `the ${pull.kind} of revision ${pull.revision} was not merged: ${merge.refusal.reason}`);
    }
    const shrink = base !== null && pull.kind === 'snapshot' ? implausibleShrink(base, merge.state) : null;
    if (shrink !== null && !this.#acceptShrink)
      return this.#refuse(
        'ImplausibleShrink',
        `the snapshot of revision ${pull.revision} lacks ${shrink.dropped} of the ${shrink.held} objects this node holds; ` +
          'if that is meant, restart the executor once with WEFT_ACCEPT_SHRINK=1',
      );
    this.#refusal = null;
    if (base !== null && base.epoch === pull.epoch && base.revision === pull.revision && sameObjects(base, pull)) return 'unchanged';
    this.#desired = base !== null && sameObjects(base, pull) ? { ...base, revision: pull.revision } : merge.state;
    this.#fromSnapshot = pull.kind === 'snapshot';
    return 'advanced';
  }

  #refuse(code: string, message: string): IntakeResult {
    this.#refusal = { code, message };
    return 'refused';
  }
}
