import type {
  AddressPool,
  AuditEvent,
  Cluster,
  ClusterUpdate,
  DesiredPull,
  DriftEvent,
  Endpoint,
  EndpointCreate,
  EndpointUpdate,
  Namespace,
  NamespaceCreate,
  NamespaceUpdate,
  NodeDriftReport,
  NodeDriftReportAnswer,
  NodeFacts,
  NodePhase,
  NodeProgress,
  NodeReport,
  NodeReportAnswer,
  Operation,
  Reach,
  Receipt,
  Service,
  ServiceCreate,
  ServiceUpdate,
  Session,
} from '@weft/model';
import type { ApplyStore } from './applies/apply-store.ts';
import type { CaptureStore } from './captures/capture-store.ts';
import type { Collection, NodeCollection, PodCollection, Recorded } from './collections.ts';
import type { CounterStore } from './counters/counter-store.ts';
import type { DrainStore } from './drain/drain-store.ts';
import type { JoiningStore } from './joining/joining-store.ts';
import type { LivenessStore } from './liveness/liveness-store.ts';
import type { OriginStore } from './origins/origin-store.ts';
import type { PastStore } from './past/past-store.ts';
import type { PlanStore } from './plans/plan-store.ts';
import type {
  AuditQuery,
  DriftQuery,
  EndpointQuery,
  NamespacedQuery,
  OperationQuery,
  PageRequest,
  ReceiptQuery,
  ResourceQuery,
} from './query.ts';
import type { QuotaStore } from './quotas/quota-store.ts';
import type { ReachedStore } from './reach/reached-store.ts';
import type { Committed, Concerns, Match, Principal, RequestContext } from './request-context.ts';
import type { RollbackStore } from './rollbacks/rollback-store.ts';
import type { RolloutStore } from './rollouts/rollout-store.ts';
import type { SealingStore } from './sealing/sealing-store.ts';
import type { TokenStore } from './tokens/token-store.ts';
import type { TraceStore } from './traces/trace-store.ts';
import type { Historic, HistoricKind } from './watched.ts';

/** The fleet's settings. */
export interface ClusterStore {
  get(): Promise<Cluster>;
  update(ctx: RequestContext, match: Match, patch: ClusterUpdate): Promise<Committed<Cluster>>;
}

/** A session that has begun. */
export interface OpenedSession extends Pick<Session, 'session' | 'node'> {
  /** No host was known of the node before: nothing on it could be reached. */
  readonly isFirst: boolean;
}

/**
 * What executors ask and tell, over connections of its own: whatever people ask of the database, nodes do not wait behind it. `nodeId` comes from the credential, never
 * from the request.
 */
export interface AgentStore {
  /** As TokenStore.authenticate. */
  authenticate(sha256: string): Promise<Principal>;
  /** Starts a session, which makes the one before stale, and takes over what the executor found out about its host. */
  openSession(ctx: RequestContext, nodeId: string, facts: NodeFacts): Promise<Committed<OpenedSession>>;
  /** Keeps why an executor was not let in, for those who look at its node. It lives, so its node is seen. */
  refuseSession(nodeId: string, failure: NonNullable<NodeReport['failure']>): Promise<void>;
  /**
   * What the node has to make true: what changed since `since` when that is known (same epoch, history kept), else everything. As of the newest revision, or of one that is
   * not older than `atLeast`.
   */
  pull(nodeId: string, since: { readonly epoch: string; readonly revision: number } | null, atLeast?: number | null): Promise<DesiredPull>;
  /**
   * Takes in what a node says. StaleSession when a later session was opened. Saying the same again changes nothing; a
   * revision comes only from a pod whose phase, readiness or reason changed, and `changed` then names whom it concerns.
   */
  report(ctx: RequestContext, nodeId: string, report: NodeReport): Promise<ReportOutcome>;
}

export interface ReportOutcome {
  readonly answer: NodeReportAnswer;
  /** Null when the report changed no object. */
  readonly changed: { readonly revision: number; readonly concerns: Concerns } | null;
}

/** Changes that somebody else made to what is ours. */
export interface DriftStore extends Recorded<DriftEvent, DriftQuery> {
  /** Keeps what a node says. StaleSession when a later session was opened. `nodeId` comes from the credential, never from the request. */
  take(nodeId: string, report: NodeDriftReport): Promise<NodeDriftReportAnswer>;
}

/** A node that has not applied everything it should. */
export interface LaggingNode {
  readonly name: string;
  /** NotReady: nobody should wait for it. */
  readonly phase: NodePhase;
  readonly desiredRevision: number;
  readonly appliedRevision: number;
}

/** Where the nodes stand. A node that was never seen has no dataplane yet and is not waited for. */
export interface FleetStore {
  /** How far a revision has come on the nodes it concerns. */
  progress(revision: number, concerns: Concerns): Promise<NodeProgress>;
  /** Nodes with something left to apply, seen lately or not. */
  lagging(): Promise<LaggingNode[]>;
  /** All nodes. */
  nodes(): Promise<{ readonly id: string; readonly name: string }[]>;
}

/** One change of one object. `object` is as it was after the change (deleted: before it), its `status` as far as it tells of nodes as of now. */
export interface WatchEvent<T> {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** Where history stands: events after `oldest` up to `revision` can be had. */
export interface HistoryPosition {
  readonly epoch: string;
  readonly revision: number;
  /** The newest revision whose events are gone; asking from before it is Expired. */
  readonly oldest: number;
  /** The position of the newest report of drift, which has an order of its own. */
  readonly drifts: number;
}

/** What happened, in commit order. */
export interface HistoryStore {
  position(): Promise<HistoryPosition>;
  /**
   * Events of a kind after a revision, whole revisions only, about `limit` of them. `revision` is how far the answer reaches: go on
   * from there. ProblemError Expired when that revision is no longer kept.
   */
  events<K extends HistoricKind>(
    kind: K,
    query: { readonly after: number; readonly namespace?: string; readonly limit: number },
  ): Promise<{ readonly events: WatchEvent<Historic[K]>[]; readonly revision: number }>;
  /** Drift events that were told, or told of again, after a position: each once, as it is known now. `revision` is the position that the answer reaches. */
  drift(query: {
    readonly after: number;
    readonly limit: number;
  }): Promise<{ readonly events: WatchEvent<DriftEvent>[]; readonly revision: number }>;
}

/** Upkeep. Each piece may run twice without harm; `claimPeriod` makes sure that of N replicas one does it. */
export interface UpkeepStore {
  /** True for exactly one caller per task and period: that one does the work. A caller that dies costs one period. */
  claimPeriod(task: string, periodSeconds: number): Promise<boolean>;
  /** Frees addresses and blocks that were released long enough ago and that no node still knows. Answers how many addresses. */
  releaseQuarantined(quarantineSeconds: number): Promise<number>;
  /** Forgets idempotency keys older than that. Answers how many. */
  expireIdempotencyKeys(seconds: number): Promise<number>;
  /** Forgets texts of steps that no receipt of so many seconds has; the receipts stay, with the texts' hashes. Answers how many. */
  forgetReceiptTexts(seconds: number): Promise<number>;
  /** Forgets terms older than that, and not twice as old, whose receipts did not come in: a report may be refused after its terms are kept. Answers how many. */
  forgetReceiptTerms(seconds: number): Promise<number>;
  /** Watches and pulls from longer ago than that start over. Answers the oldest position left. */
  trimHistory(seconds: number): Promise<number>;
  /** Forgets how things were longer ago than that, though never what a watch may still ask for. Answers the earliest revision that can be asked for. */
  forgetPast(seconds: number): Promise<number>;
}

/** The database, as the control plane sees it. Any replica answers any call: what is kept between two is only what was read at a revision, and is read again after it. */
export interface Store {
  readonly cluster: ClusterStore;
  readonly namespaces: Collection<Namespace, NamespaceCreate, NamespaceUpdate, ResourceQuery>;
  readonly nodes: NodeCollection;
  readonly pods: PodCollection;
  readonly services: Collection<Service, ServiceCreate, ServiceUpdate, NamespacedQuery>;
  readonly endpoints: Collection<Endpoint, EndpointCreate, EndpointUpdate, EndpointQuery>;
  readonly pools: Recorded<AddressPool, PageRequest>;
  readonly operations: Recorded<Operation, OperationQuery>;
  readonly audit: Recorded<AuditEvent, AuditQuery>;
  readonly receipts: Recorded<Receipt, ReceiptQuery>;
  readonly tokens: TokenStore;
  readonly agent: AgentStore;
  readonly joining: JoiningStore;
  readonly quotas: QuotaStore;
  readonly counters: CounterStore;
  readonly drift: DriftStore;
  readonly captures: CaptureStore;
  readonly traces: TraceStore;
  readonly fleet: FleetStore;
  readonly liveness: LivenessStore;
  readonly drains: DrainStore;
  readonly history: HistoryStore;
  readonly origins: OriginStore;
  readonly past: PastStore;
  readonly applies: ApplyStore;
  readonly plans: PlanStore;
  readonly rollbacks: RollbackStore;
  readonly rollouts: RolloutStore;
  readonly sealing: SealingStore;
  readonly upkeep: UpkeepStore;
  /** What somebody may see and change who reaches only these namespaces; null: all there is. */
  within(reach: Reach): ReachedStore;
  /** Resolves when the database answers; ProblemError Unavailable when it does not. */
  ping(): Promise<void>;
  /** Lets running calls finish and closes the connections. */
  close(): Promise<void>;
}
