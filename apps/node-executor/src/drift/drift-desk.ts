import { DRIFT_EVENTS_PER_REPORT, type DriftReport, type NodeControl } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Dataplane } from '../dataplane/dataplane.ts';
import { aboutOf } from './differences.ts';
import type { DriftAccount, DriftCounts } from './drift-account.ts';
import type { DriftSpool } from './drift-spool.ts';
import type { DriftWatch } from './drift-watch.ts';

/** What a desk stands on. */
export interface DriftDeskParts {
  readonly watch: DriftWatch;
  readonly account: DriftAccount;
  readonly spool: DriftSpool;
  readonly controlPlane: Pick<ControlPlane, 'drift'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Writes down what looks at the host find, and tells it to the control plane until that has it. */
export class DriftDesk {
  readonly #parts: DriftDeskParts;
  /** What the control plane knows to stand; null: nothing since the session began. */
  #told: number | null = null;

  constructor(parts: DriftDeskParts) {
    this.#parts = parts;
  }

  get counts(): DriftCounts {
    return this.#parts.account.counts;
  }

  /** How many monitors do not listen: what they would tell is found by the look every minute. */
  get deafMonitors(): number {
    return this.#parts.watch.deaf;
  }

  get unsent(): number {
    return this.#parts.spool.size;
  }

  /** Reads what an earlier executor did not get told. */
  async load(): Promise<void> {
    const { spool, account, log } = this.#parts;
    const movedTo = await spool.load();
    if (movedTo !== null) log.error({ movedTo }, 'kept drift events cannot be read; going on without them');
    if (spool.standing !== null) account.resume(spool.standing);
  }

  /** Takes in what the last thing that was done to the host found there. */
  looked({ found, remade, failure }: Pick<Dataplane, 'found' | 'remade' | 'failure'>, control: NodeControl): void {
    const { watch, account, now } = this.#parts;
    if (found === null) {
      if (remade) this.#write(account.remade({ control, at: now() }));
      return;
    }
    const evidence = watch.takeEvidence();
    if (evidence !== null) watch.looked(aboutOf(found));
    this.#write(account.take({ found, evidence, control, failure: failure?.message ?? null, at: now() }));
  }

  #write(event: DriftReport | null): void {
    const { spool, log } = this.#parts;
    if (event === null) return;
    const { noticedBy, process, outcome, count, changes, moreChanges } = event;
    log.warn(
      { noticedBy, process, outcome, count, first: changes[0], more: changes.length + moreChanges - 1 },
      'somebody else changed what is ours',
    );
    try {
      spool.put(event);
    } catch (error) {
      log.error({ err: error }, 'the state directory cannot be written');
    }
  }

  /** True when there is something that the control plane has not acknowledged. */
  get hasNews(): boolean {
    return this.#parts.spool.size > 0 || (this.#told ?? 0) !== this.counts.standing;
  }

  /** Forgets what is still to be told. */
  forget(): void {
    const { spool } = this.#parts;
    spool.acknowledge(spool.peek(spool.size));
  }

  /** After a new session what stands is said again. */
  startOver(): void {
    this.#told = null;
  }

  /** Tells until everything is acknowledged. Throws ControlPlaneError. */
  async tell(session: string): Promise<void> {
    const { spool, controlPlane } = this.#parts;
    while (this.#told === null || this.hasNews) {
      const { standing } = this.counts;
      const events = spool.peek(DRIFT_EVENTS_PER_REPORT);
      await controlPlane.drift({ session, standing, events });
      this.#told = standing;
      if (events.length > 0) spool.acknowledge(events);
    }
  }
}
