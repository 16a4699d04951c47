import {
  type CountersReport,
  type CountersReportAnswer,
  DEFAULT_CONTROL,
  type DesiredNode,
  type DesiredPod,
  type DesiredPull,
  type DesiredService,
  type DriftReport,
  type Id,
  type LeaseRenewal,
  type LeaseRenewalAnswer,
  type NodeControl,
  type NodeDriftReport,
  type NodeDriftReportAnswer,
  type NodeReportAnswer,
  type PodReport,
  type ReceiptReport,
  type Session,
  type SessionOpen,
  stateChecksum,
} from '@weft/model';
import { type ControlPlane, ControlPlaneError, type Position, type Report } from '../../src/control-plane/control-plane.ts';
import { CLUSTER, NODE } from './objects.ts';

type Unversioned<T> = Omit<T, 'revision'>;
interface Kinds {
  nodes: Unversioned<DesiredNode>;
  pods: Unversioned<DesiredPod>;
  services: Unversioned<DesiredService>;
}

/** A control plane for one node, in memory: objects with revisions, tombstones, sessions, reports. */
export class FakeControlPlane implements ControlPlane {
  epoch = 'epoch-1';
  revision = 0;
  /** Whom a credential is of, when a session opens. */
  nodeId: Id<'node'> = NODE.id;
  nodes: DesiredNode[] = [];
  pods: DesiredPod[] = [];
  services: DesiredService[] = [];
  /** Every call fails while this is set. */
  down = false;
  /** Every call is answered with: that node was removed. */
  removedNode: string | null = null;
  heartbeatSeconds = 10;
  /** Where nodes are told that Redis is; undefined: nothing is said of it. */
  redisUrl: string | null | undefined;
  renewals = 0;
  /** Deltas reach back to this revision. */
  oldestDelta = 0;
  /** Changes what the next pulls answer. */
  tamper: (pull: DesiredPull) => DesiredPull = (pull) => pull;
  /** Called in the middle of every report, as another client's change would be. */
  duringReport: () => void = () => undefined;
  readonly reports: Report[] = [];
  readonly opened: SessionOpen[] = [];
  readonly receipts = new Map<string, ReceiptReport>();
  readonly podStates = new Map<string, PodReport>();
  readonly pulled: (Position | null)[] = [];
  /** How new the answer of each pull was to be. */
  readonly atLeast: (number | undefined)[] = [];
  readonly counted: CountersReport[] = [];
  control: NodeControl = DEFAULT_CONTROL;
  readonly drifts = new Map<string, DriftReport>();
  standing = 0;
  #removed: { id: string; revision: number }[] = [];
  #session = 0;

  constructor() {
    this.put('nodes', NODE);
  }

  /** Creates or changes an object. */
  put<K extends keyof Kinds>(kind: K, object: Kinds[K]): void {
    this.revision += 1;
    const versioned = { ...object, revision: this.revision };
    const list = this[kind] as { id: string }[];
    (this[kind] as { id: string }[]) = [...list.filter(({ id }) => id !== versioned.id), versioned];
  }

  remove(id: string): void {
    this.revision += 1;
    for (const kind of ['nodes', 'pods', 'services'] as const)
      (this[kind] as { id: string }[]) = (this[kind] as { id: string }[]).filter((object) => object.id !== id);
    this.#removed.push({ id, revision: this.revision });
  }

  /** A change that does not concern the node: the revision moves, nothing else. */
  unrelatedChange(): void {
    this.revision += 1;
  }

  /** Another executor opens a session for the node. */
  takeOver(): void {
    this.#session += 1;
  }

  async openSession(open: SessionOpen): Promise<Session> {
    this.#reachable();
    this.#session += 1;
    this.opened.push(open);
    return { session: `session-${this.#session}`, node: { id: this.nodeId, name: NODE.name }, heartbeatSeconds: 10 };
  }

  async pull(since: Position | null, atLeast?: number): Promise<DesiredPull> {
    this.#reachable();
    this.atLeast.push(atLeast);
    this.pulled.push(since);
    const delta = since !== null && since.epoch === this.epoch && since.revision >= this.oldestDelta;
    const from = delta ? since.revision : -1;
    const newer = <T extends { revision: number }>(list: readonly T[]) => list.filter(({ revision }) => revision > from);
    return this.tamper({
      kind: delta ? 'delta' : 'snapshot',
      epoch: this.epoch,
      revision: this.revision,
      checksum: stateChecksum(this),
      control: this.control,
      cluster: CLUSTER,
      nodes: newer(this.nodes),
      pods: newer(this.pods),
      services: newer(this.services),
      removed: delta ? newer(this.#removed).map(({ id }) => id) : [],
    });
  }

  async report(report: Report): Promise<NodeReportAnswer> {
    this.#reachable();
    if (report.session !== `session-${this.#session}`) throw new ControlPlaneError('StaleSession', 'another executor acts for this node');
    this.reports.push(report);
    for (const receipt of report.receipts) this.receipts.set(receipt.id, receipt);
    for (const state of report.pods) this.podStates.set(state.id, state);
    this.duringReport();
    return { epoch: this.epoch, desiredRevision: this.revision };
  }

  async renewLease({ session }: LeaseRenewal): Promise<LeaseRenewalAnswer> {
    this.#reachable();
    if (session !== `session-${this.#session}`) throw new ControlPlaneError('StaleSession', 'another executor acts for this node');
    this.renewals += 1;
    const where = this.redisUrl === undefined ? {} : { redisUrl: this.redisUrl };
    return { epoch: this.epoch, desiredRevision: this.revision, heartbeatSeconds: this.heartbeatSeconds, ...where };
  }

  async drift({ session, standing, events }: NodeDriftReport): Promise<NodeDriftReportAnswer> {
    this.#reachable();
    if (session !== `session-${this.#session}`) throw new ControlPlaneError('StaleSession', 'another executor acts for this node');
    for (const event of events) this.drifts.set(event.id, event);
    this.standing = standing;
    return { kept: events.length };
  }

  async count(report: CountersReport): Promise<CountersReportAnswer> {
    this.#reachable();
    if (report.session !== `session-${this.#session}`) throw new ControlPlaneError('StaleSession', 'another executor acts for this node');
    this.counted.push(report);
    return { kept: report.counters.length };
  }

  #reachable(): void {
    if (this.removedNode !== null) throw new ControlPlaneError('NodeRemoved', 'removed', { removedNode: this.removedNode });
    if (this.down) throw new ControlPlaneError('Unreachable', 'no answer');
  }
}
