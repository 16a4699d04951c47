import type { SilentPart } from '@weft/host';
import type { Backend } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import type { CommitConfirm } from '../confirm/commit-confirm.ts';
import type { StaleFlows } from '../conntrack/stale-flows.ts';
import { configHash, ownNode } from '../dataplane/compilation.ts';
import type { Dataplane, Wanted } from '../dataplane/dataplane.ts';
import { jittered } from '../decide/backoff.ts';
import type { DriftDesk } from '../drift/drift-desk.ts';
import type { DriftWatch } from '../drift/drift-watch.ts';
import type { HealthServers } from '../health/health-servers.ts';
import type { ReadinessProber } from '../pods/readiness-prober.ts';
import type { ReadBack } from '../rules-hash/read-back.ts';
import type { Handling } from './handling.ts';

/** Everything a keeper is made of. */
export interface HostKeeperParts {
  readonly dataplane: Dataplane;
  readonly prober: ReadinessProber;
  readonly staleFlows: StaleFlows;
  readonly healthServers: HealthServers;
  readonly handling: Handling;
  readonly confirm: CommitConfirm;
  readonly watch: DriftWatch;
  readonly desk: DriftDesk;
  readonly readBack: ReadBack;
  /** Its iptables is the legacy variant. */
  readonly legacyIptables: boolean;
  /** Milliseconds since 1970, by a clock that nobody sets (steady-clock.ts). */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

const VERIFY_MS = 60_000;
/** Every so many verifications look inside pods too. */
const VERIFY_PODS_EVERY = 10;

/** The parts of a node that no monitor tells of. */
function silentParts(backend: Backend | undefined, legacy: boolean): SilentPart[] {
  const rules: SilentPart[] = legacy && backend !== 'nftables' ? ['iptables-legacy'] : [];
  return backend === 'ipvs' ? ['ipvs', ...rules] : rules;
}

/**
 * Keeps the host as it is wanted: brings it to each new state, and back to the one it has when somebody else changed it. One thing is done at a time, whoever asks for it, and
 * neither waits for the control plane. While the node is frozen it only looks.
 */
export class HostKeeper {
  readonly #parts: HostKeeperParts;
  #wanted: Wanted | null = null;
  #verifyAt: number;
  #verifications = 0;
  #lastConvergedAt: number | null = null;
  #atWork = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: HostKeeperParts) {
    this.#parts = parts;
    this.#verifyAt = parts.now() + jittered(VERIFY_MS, parts.random());
  }

  /** When the host is looked at again if nothing happens, in ms since 1970. */
  get verifyAt(): number {
    return this.#verifyAt;
  }

  /** When the host was last as wanted, whatever else went wrong; null: not yet. */
  get lastConvergedAt(): number | null {
    return this.#lastConvergedAt;
  }

  /** True while something is done to the host. */
  get busy(): boolean {
    return this.#atWork > 0;
  }

  /** Brings the host to the first of these states that can be applied, best first. One that is frozen is only looked at. */
  async begin(states: readonly Wanted[]): Promise<void> {
    const { dataplane, staleFlows, handling, desk, log } = this.#parts;
    for (const state of states) staleFlows.remember(state);
    const [newest] = states;
    if (newest === undefined) return;
    await this.#alone(async () => {
      this.#wanted = newest;
      if (handling.control.frozen) return this.#attend();
      for (const state of states) {
        await this.#bringTo(state);
        if (dataplane.failure === null) break;
        log.error({ revision: state.desired.revision, failure: dataplane.failure }, 'a kept state cannot be applied');
        // With some services left out it is applied all the same.
        if (dataplane.applied?.configHash === configHash(state)) break;
      }
      desk.looked(dataplane, handling.control);
      this.#probe();
    });
  }

  /** Makes a state true, or looks whether it still is where that is due; null: whatever was wanted last. */
  async keep(wanted: Wanted | null): Promise<void> {
    const { dataplane, now, random } = this.#parts;
    await this.#alone(async () => {
      if (now() >= this.#verifyAt) {
        this.#verifications += 1;
        dataplane.distrust(this.#verifications % VERIFY_PODS_EVERY === 0 ? 'pods' : 'host', { rulesLeft: this.#rulesAreReadBack });
        this.#verifyAt = now() + jittered(VERIFY_MS, random());
      }
      this.#wanted = wanted ?? this.#wanted;
      await this.#attend();
    });
  }

  /** Changes would wait while the rules are read, which they do not while these are read back. But nobody is to be told that drift is gone which was not looked for, and who hears nothing looks. */
  get #rulesAreReadBack(): boolean {
    const { readBack, handling, desk, watch } = this.#parts;
    const undisturbed = handling.control.driftPolicy === 'repair' && desk.counts.standing === 0 && watch.deaf === 0 && !watch.hasEvidence;
    return undisturbed && readBack.tellsWithin(VERIFY_MS);
  }

  /** Looks at the host because somebody else changed something, and brings it back to what is wanted. */
  async look(what: 'host' | 'pods'): Promise<void> {
    await this.#alone(async () => {
      this.#parts.dataplane.distrust(what);
      await this.#attend();
    });
  }

  /** Does something while nothing is done to the host. It must change nothing there. */
  still<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #attend(): Promise<void> {
    const { dataplane, handling, desk } = this.#parts;
    const { control } = handling;
    dataplane.handle(control);
    if (control.frozen) await this.#inspect();
    else if (this.#wanted !== null) await this.#bringTo(this.#wanted);
    desk.looked(dataplane, control);
    this.#probe();
  }

  /** Somebody may have been served from here until now: those that ask whether the node takes traffic are answered on. */
  async #inspect(): Promise<void> {
    const { dataplane, healthServers, now } = this.#parts;
    const kept = this.#wanted;
    const known = dataplane.applied !== null;
    await dataplane.inspect(kept);
    if (kept !== null && !known) healthServers.serve(kept);
    // It is as it was left, and is not to be more.
    if (dataplane.found?.total === 0 || (dataplane.found === null && this.#lastConvergedAt !== null)) this.#lastConvergedAt = now();
  }

  async #bringTo(asked: Wanted): Promise<void> {
    const { dataplane, staleFlows, healthServers, confirm, watch, legacyIptables, now } = this.#parts;
    const wanted = await confirm.admit(asked);
    const before = dataplane.repairs;
    await dataplane.converge(wanted);
    if (dataplane.repairs > before) staleFlows.distrust();
    healthServers.serve(wanted);
    watch.watchContent(silentParts(ownNode(wanted)?.backend, legacyIptables));
    // Before the report of this state, so that a port which somebody else has is told with it.
    await healthServers.settled();
    if (dataplane.failure !== null) return;
    this.#lastConvergedAt = now();
    staleFlows.applied(wanted);
  }

  #probe(): void {
    const { dataplane, prober } = this.#parts;
    prober.watch((this.#wanted?.desired.pods ?? []).filter(({ id }) => dataplane.placements.get(id)?.phase === 'Running'));
  }

  /** Does one thing after the other. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const { dataplane, watch, readBack } = this.#parts;
    await this.still(async () => {
      const before = dataplane.applies;
      this.#atWork += 1;
      try {
        await work();
      } finally {
        this.#atWork -= 1;
        watch.settled(dataplane.applies > before);
        readBack.settled();
      }
    });
  }
}
