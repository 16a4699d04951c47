import {
  type DesiredState,
  type LeaseRenewalAnswer,
  type MergePull,
  type NodeFacts,
  type PodReport,
  PROTOCOL,
  type Session,
} from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import { type ControlPlane, ControlPlaneError } from '../control-plane/control-plane.ts';
import { Intake } from '../control-plane/intake.ts';
import { Reporter, type Standing } from '../control-plane/reporter.ts';
import type { TrafficCounters } from '../counters/traffic-counters.ts';
import type { Wanted } from '../dataplane/compilation.ts';
import type { Recorder } from '../dataplane/recorder.ts';
import { backoffMs, chaseMs, jittered } from '../decide/backoff.ts';
import { podReport } from '../decide/pod-report.ts';
import type { DesiredStore } from '../disk/desired-store.ts';
import type { ReceiptSpool } from '../disk/receipt-spool.ts';
import type { DriftCounts } from '../drift/drift-account.ts';
import type { HostKeeper, HostKeeperParts } from './host-keeper.ts';

/** Everything an executor is made of. */
export interface ExecutorParts
  extends Pick<HostKeeperParts, 'dataplane' | 'prober' | 'staleFlows' | 'healthServers' | 'handling' | 'confirm' | 'desk'> {
  readonly keeper: HostKeeper;
  readonly controlPlane: ControlPlane;
  readonly trafficCounters: TrafficCounters;
  readonly store: DesiredStore;
  readonly spool: ReceiptSpool;
  readonly recorder: Pick<Recorder, 'finished'>;
  /** What this host can do; asked anew for every session. */
  readonly facts: () => Promise<NodeFacts>;
  readonly acceptShrink: boolean;
  /** How answers are put on top of what is held; missing: mergePull. */
  readonly merge?: MergePull | undefined;
  /** Addresses that this host is managed by, which nobody may take (decide/management.ts). */
  readonly guarded: () => readonly string[];
  /** Called with the node's id, perhaps again and again, when the control plane has said for a while that it was removed. */
  readonly onRemoved: (nodeId: string) => void;
  /** Called with the node's name whenever a session opened. */
  readonly onNode: (name: string) => void | Promise<void>;
  /** Milliseconds since 1970, by a clock that nobody sets (steady-clock.ts). */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

const DEFAULT_HEARTBEAT_SECONDS = 10;
/** After another executor took over this node: long enough that two with one credential do not fight, short enough to be back when it ended. */
const TAKEN_OVER_MS = 30_000;
/** A pass that takes longer does not come to an end: its executor lives no more, and the lease lapses. No tool runs so long. */
const HUNG_MS = 300_000;
/** A lease that was renewed so many heartbeats ago is held: reports need not say that the node lives. */
const LEASE_HEARTBEATS = 2;
/** While the answers to its renewed lease say that there is nothing new, a node pulls every so many heartbeats all the same: that compares the checksum of what it holds. */
const PULL_HEARTBEATS = 6;
/** How long the control plane has to say in every pass that this node was removed before it is believed. */
const REMOVED_MS = 3_000;

/** Where an executor stands, for metrics and health. */
export interface ExecutorStatus {
  readonly node: string | null;
  readonly desiredRevision: number;
  readonly appliedRevision: number;
  readonly failing: boolean;
  readonly unsentReceipts: number;
  /** When everything last went well, in ms since 1970; null: not yet. */
  readonly lastCleanPassAt: number | null;
  /** When the host was last as wanted, whatever else went wrong; null: not yet. */
  readonly lastConvergedAt: number | null;
  /** When the last pass ended, however it went; null: none has. */
  readonly lastPassAt: number | null;
  readonly staleFlowsDeleted: number;
  readonly frozen: boolean;
  readonly drift: DriftCounts;
  readonly deafMonitors: number;
}

/**
 * One node's executor. `pass` is the one way on which everything happens, whatever woke it: session, pull, converge, report. Each part that fails leaves
 * the others to do their work, and the pass is repeated after a backoff. Passes must not overlap (see loop.ts).
 */
export class NodeExecutor {
  readonly #parts: ExecutorParts;
  readonly #reporter: Reporter;
  #intake: Intake;
  #nodeId: string | null = null;
  #session: Session | null = null;
  #sessionNotBefore = 0;
  #heartbeatAt = 0;
  #retryAt: number | null = null;
  #failures = 0;
  #chased = 0;
  /** The newest revision that a hint told of. */
  #heard = 0;
  /** The newest revision that an answer told of, to its lease or a report. */
  #told = 0;
  /** When to ask for what is new. */
  #pullAt = 0;
  #lastComplaint = '';
  #lastCleanPassAt: number | null = null;
  #lastPassAt: number | null = null;
  #passSince: number | null = null;
  #leasedAt: number | null = null;
  #heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;
  /** This pass has an answer to its pull. */
  #pulled = false;
  /** It was said that the session is no more. */
  #disowned = false;
  #removedSaid = false;
  #removedSince: number | null = null;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    this.#intake = new Intake(parts.controlPlane, null, parts);
    this.#reporter = new Reporter(parts.controlPlane, parts.spool, parts.log);
  }

  /** Brings the host to the newest state on disk, or to the last good one when that cannot be applied, without asking anybody. */
  async start(): Promise<void> {
    const { store, spool, handling, confirm, desk, keeper, dataplane, log } = this.#parts;
    dataplane.lookAhead();
    for (const movedTo of await spool.load()) log.error({ movedTo }, 'a spooled receipt cannot be read');
    await handling.load();
    await confirm.load();
    await desk.load();
    const { candidates, unreadable } = await store.load();
    for (const { movedTo, why } of unreadable) log.error({ movedTo, why }, 'a kept state cannot be read; going on without it');
    const [newest] = candidates;
    // Until there is one the host may become another.
    if (newest === undefined) return dataplane.distrust('pods');
    const states = candidates.map(({ nodeId, held }) => ({
      nodeId,
      desired: held.state,
      checksum: held.checksum,
      fromSnapshot: false,
      delta: null,
    }));
    this.#nodeId = newest.nodeId;
    this.#intake = new Intake(this.#parts.controlPlane, newest.held, this.#parts);
    await keeper.begin(states);
  }

  /** When the next pass is due if nothing wakes it earlier, in ms since 1970. */
  nextPassAt(): number {
    const { keeper, confirm, handling } = this.#parts;
    const confirmAt = handling.control.frozen ? Number.POSITIVE_INFINITY : confirm.dueAt;
    const pullAt = this.#session === null ? Number.POSITIVE_INFINITY : this.#pullAt;
    return Math.min(this.#heartbeatAt, keeper.verifyAt, confirmAt, pullAt, this.#retryAt ?? Number.POSITIVE_INFINITY);
  }

  /** The newest state that this node was told to make true; null before the first. */
  get desired(): DesiredState | null {
    return this.#intake.desired;
  }

  status(): ExecutorStatus {
    const { dataplane, spool, staleFlows, handling, desk, keeper } = this.#parts;
    return {
      node: this.#session?.node.name ?? null,
      desiredRevision: this.#intake.desired?.revision ?? 0,
      appliedRevision: dataplane.applied?.revision ?? 0,
      failing: this.#failures > 0,
      unsentReceipts: spool.size,
      lastCleanPassAt: this.#lastCleanPassAt,
      lastConvergedAt: keeper.lastConvergedAt,
      lastPassAt: this.#lastPassAt,
      staleFlowsDeleted: staleFlows.deleted,
      frozen: handling.control.frozen,
      drift: desk.counts,
      deafMonitors: desk.deafMonitors,
    };
  }

  /** The session whose lease is to be renewed; null when there is none, or when a pass hangs: then nobody is to believe that this executor lives. */
  leaseSession(): string | null {
    const hangs = this.#passSince !== null && this.#parts.now() - this.#passSince > HUNG_MS;
    return hangs || this.#disowned ? null : (this.#session?.session ?? null);
  }

  /** Takes note of a hint that there is a revision. */
  hear(revision: number): void {
    this.#heard = Math.max(this.#heard, revision);
  }

  /** Has the next pass ask for what is new. */
  pullNext(): void {
    this.#pullAt = 0;
  }

  /** Takes note that the lease was renewed; true when the answer says that there is something to do. */
  renewed(answer: LeaseRenewalAnswer): boolean {
    this.#leasedAt = this.#parts.now();
    this.#heartbeatSeconds = answer.heartbeatSeconds;
    this.#told = Math.max(this.#told, answer.desiredRevision);
    return this.lacks(answer);
  }

  /** True while there is something to do of what an answer says. */
  lacks({ epoch, desiredRevision }: LeaseRenewalAnswer): boolean {
    const desired = this.#intake.desired;
    return desired !== null && (desired.epoch !== epoch || desiredRevision > Math.max(desired.revision, this.#chased));
  }

  /** Takes note that a session is no more: another executor acts for this node, or the database was restored, which the next pass asks. */
  takenOver(session: string): void {
    if (this.#session?.session !== session) return;
    this.#disowned = true;
    this.#pullAt = 0;
  }

  /** Does everything there is to do now. Never throws. */
  async pass(): Promise<void> {
    this.#passSince = this.#parts.now();
    this.#removedSaid = false;
    this.#pulled = false;
    const complaints: string[] = [];
    const attempt = async (what: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        this.#heed(error);
        complaints.push(`${what}: ${errorChain(error)}`);
      }
    };
    if (this.#session === null && this.#parts.now() >= this.#sessionNotBefore) {
      this.#pullAt = 0;
      await attempt('opening a session failed', () => this.#openSession());
    }
    if (this.#session !== null && this.#mayBeNews) await attempt('asking for the desired state failed', () => this.#pull());
    if (this.#disowned) this.#giveUp();
    if (this.#intake.control !== null) await this.#parts.handling.take(this.#intake.control);
    await this.#converge();
    const { failure } = this.#parts.dataplane;
    if (failure !== null) complaints.push(`${failure.code}: ${failure.message}`);
    if (this.#intake.refusal !== null) complaints.push(`${this.#intake.refusal.code}: ${this.#intake.refusal.message}`);
    await attempt('reporting failed', () => this.#report());
    await attempt('telling of drift failed', () => this.#tellDrift());
    this.#count();
    this.#intake.prepare();
    this.#schedule(complaints);
    this.#removedSince = this.#removedSaid ? (this.#removedSince ?? this.#parts.now()) : null;
    if (this.#removedSince !== null && this.#nodeId !== null && this.#parts.now() - this.#removedSince >= REMOVED_MS)
      this.#parts.onRemoved(this.#nodeId);
    this.#passSince = null;
    this.#lastPassAt = this.#parts.now();
  }

  async #openSession(): Promise<void> {
    const { controlPlane, facts, log } = this.#parts;
    const session = await controlPlane.openSession({ protocol: PROTOCOL, facts: await facts() });
    if (this.#nodeId !== session.node.id) {
      if (this.#nodeId !== null) {
        log.warn({ was: this.#nodeId, is: session.node.id }, 'the credential is now of another node; starting over');
        await this.#forget();
      }
      this.#nodeId = session.node.id;
      this.#intake = new Intake(controlPlane, null, this.#parts);
    }
    this.#session = session;
    this.#disowned = false;
    this.#heartbeatSeconds = session.heartbeatSeconds;
    this.#reporter.startOver();
    this.#parts.desk.startOver();
    this.#chased = 0;
    // Whatever was changed while there was none, no answer has told of it.
    this.#leasedAt = null;
    await this.#parts.onNode(session.node.name);
    log.info({ node: session.node.name, session: session.session }, 'session opened');
  }

  /** Forgets what is still to be told of a node that this host is no more: it is not to be told in another's name. */
  async #forget(): Promise<void> {
    const { spool, desk } = this.#parts;
    await spool.acknowledge(spool.peek(spool.size, Number.POSITIVE_INFINITY).map(({ id }) => id));
    desk.forget();
  }

  /** True when something may be new: it is time to ask, nobody tells by the lease, or something went wrong. */
  get #mayBeNews(): boolean {
    return this.#parts.now() >= this.#pullAt || !this.#leaseHolds() || this.#failures > 0 || this.#intake.refusal !== null;
  }

  async #pull(): Promise<void> {
    const before = this.#intake.desired;
    this.#pullAt = this.#parts.now() + this.#jitter(this.#heartbeatMs() * PULL_HEARTBEATS);
    const atLeast = this.#atLeast(before?.revision ?? 0);
    // What is left to the next turn is looked for again when no hint comes of it.
    if (atLeast !== undefined) this.#chased = Math.min(this.#chased, atLeast);
    const result = await this.#intake.pull(atLeast);
    this.#pulled = true;
    await this.#reached();
    const after = this.#intake.desired;
    // There is no such revision: another database told of it, or nobody.
    if (result !== 'refused' && after !== null && after.revision < (atLeast ?? 0)) {
      this.#heard = after.revision;
      this.#told = after.revision;
    }
    if (result !== 'advanced' || before === null || after === null || before.epoch === after.epoch) return;
    // The database was restored: it may not know this session any more.
    this.#parts.log.warn({ was: before.epoch, is: after.epoch }, 'the cluster has a new epoch');
    this.#heard = after.revision;
    this.#told = after.revision;
    this.#session = null;
    this.#disowned = false;
    await this.#openSession();
  }

  /** How new an answer has to be for a node that holds a revision: as new as it was woken for, before as new as it knows of, which its next turn brings. While nobody told of more it only compares. Undefined: nobody would have told, so the newest. */
  #atLeast(held: number): number | undefined {
    const known = this.#heard > held ? this.#heard : Math.max(this.#told, held);
    return known > held || this.#leaseHolds() ? known : undefined;
  }

  /** The control plane has answered: the network that was applied last leads to it. */
  async #reached(): Promise<void> {
    if (this.#nodeId !== null) await this.#parts.confirm.reached(this.#nodeId);
  }

  async #converge(): Promise<void> {
    const { desired, checksum, delta, fromSnapshot } = this.#intake;
    const wanted: Wanted | null =
      desired === null || this.#nodeId === null ? null : { nodeId: this.#nodeId, desired, checksum, fromSnapshot, delta };
    await this.#parts.keeper.keep(wanted);
  }

  async #tellDrift(): Promise<void> {
    if (this.#session !== null) await this.#parts.desk.tell(this.#session.session);
  }

  async #report(): Promise<void> {
    const standing = this.#standing();
    const session = this.#session;
    if (session === null || standing === null) return;
    await this.#parts.recorder.finished;
    const pods = this.#podReports();
    const isDue = this.#parts.now() >= this.#heartbeatAt && !this.#leaseHolds();
    if (!isDue && !this.#reporter.hasNews(standing, pods)) return;
    await this.#parts.dataplane.settled();
    const answer = await this.#reporter.report(session.session, standing, pods);
    await this.#reached();
    this.#heartbeatAt = this.#parts.now() + this.#jitter(this.#heartbeatMs());
    const held = this.#intake.desired?.revision ?? 0;
    this.#told = Math.max(this.#told, answer.desiredRevision);
    // Something was committed while this pass ran and its hint may be lost: look again, but only once for each revision.
    if (answer.epoch === standing.epoch && answer.desiredRevision > Math.max(held, this.#chased))
      this.#pullAt = Math.min(this.#pullAt, this.#parts.now() + this.#jitter(chaseMs(this.#heartbeatMs())));
    this.#chased = Math.max(this.#chased, answer.desiredRevision);
  }

  #count(): void {
    const { desired } = this.#intake;
    if (desired === null || this.#nodeId === null) return;
    const heartbeatMs = this.#heartbeatMs();
    this.#parts.trafficCounters.count({ nodeId: this.#nodeId, desired, session: this.#session?.session ?? null, heartbeatMs });
  }

  #standing(): Standing | null {
    const { applied, failure } = this.#parts.dataplane;
    const desired = this.#intake.desired;
    if (desired === null) return null;
    const reached = applied !== null && applied.epoch === desired.epoch ? applied : null;
    return {
      epoch: desired.epoch,
      appliedRevision: reached?.revision ?? 0,
      configHash: reached?.configHash ?? null,
      frozen: this.#parts.handling.control.frozen,
      failure: failure ?? this.#parts.confirm.failure ?? this.#intake.refusal ?? this.#parts.healthServers.failure,
    };
  }

  #podReports(): PodReport[] {
    const { dataplane, prober, handling } = this.#parts;
    return (this.#intake.desired?.pods ?? []).flatMap((pod) => {
      const placement = dataplane.placements.get(pod.id);
      // Of a pod that it does not touch a frozen node knows nothing new.
      if (placement === undefined && handling.control.frozen) return [];
      return podReport(pod, placement ?? { phase: 'Pending' }, prober.readinessOf(pod.id));
    });
  }

  /** Leaves the node to another executor, for a while. */
  #giveUp(): void {
    this.#session = null;
    this.#disowned = false;
    this.#sessionNotBefore = this.#parts.now() + this.#jitter(TAKEN_OVER_MS);
  }

  /** What an answer of the control plane means for who this executor is. That its node was removed it has to say of this very node. */
  #heed(error: unknown): void {
    if (!(error instanceof ControlPlaneError)) return;
    if (error.code === 'StaleSession') {
      if (this.#session === null || this.#pulled) this.#giveUp();
      else this.takenOver(this.#session.session);
    }
    if (error.removedNode !== null && error.removedNode === this.#nodeId) this.#removedSaid = true;
  }

  #heartbeatMs(): number {
    return this.#heartbeatSeconds * 1_000;
  }

  #leaseHolds(): boolean {
    return this.#leasedAt !== null && this.#parts.now() - this.#leasedAt < this.#heartbeatMs() * LEASE_HEARTBEATS;
  }

  #schedule(complaints: readonly string[]): void {
    const { now, random, log } = this.#parts;
    if (this.#heartbeatAt <= now()) this.#heartbeatAt = now() + this.#jitter(this.#heartbeatMs());
    if (complaints.length === 0) {
      if (this.#failures > 0) log.info({ afterFailures: this.#failures }, 'all is well again');
      this.#failures = 0;
      this.#retryAt = null;
      this.#lastComplaint = '';
      this.#lastCleanPassAt = now();
      return;
    }
    this.#failures += 1;
    this.#retryAt = now() + backoffMs(this.#failures, random());
    const complaint = complaints.join('; ');
    log[complaint === this.#lastComplaint ? 'debug' : 'warn']({ failures: this.#failures }, complaint);
    this.#lastComplaint = complaint;
  }

  #jitter(period: number): number {
    return jittered(period, this.#parts.random());
  }
}
