import type { NodePhase, NodeProbes, ProbeTarget, Rollout, RolloutCreate, RolloutNodeState, RolloutPhase } from '@weft/model';
import type { Page, PageRequest } from '../query.ts';
import type { Committed, RequestContext } from '../request-context.ts';

/** A node of a rollout, with what the fleet knows of it now. */
export interface RolloutNodeSituation {
  readonly id: string;
  readonly name: string;
  readonly canary: boolean;
  readonly state: RolloutNodeState;
  readonly message: string;
  /** How long it is in this state, by the database's clock. */
  readonly seconds: number;
  /** It has been given the change, and not been given back what it was before. */
  readonly changed: boolean;
  /** What it has to apply before it is probed. */
  readonly wantedRevision: number;
  /** What answered before the change; null until then. */
  readonly baseline: readonly NodeProbes[] | null;
  /** How many times it was found well since it has applied the change. */
  readonly probes: number;
  /** Null when the node is gone. */
  readonly live: {
    readonly phase: NodePhase;
    readonly appliedRevision: number;
    readonly failure: { readonly code: string; readonly message: string } | null;
  } | null;
}

/** Everything that the next step of a rollout depends on. */
export interface RolloutSituation {
  readonly id: string;
  /** How many steps it has taken. */
  readonly steps: number;
  readonly spec: RolloutCreate;
  readonly phase: RolloutPhase;
  readonly message: string;
  /** In the order in which they are changed. */
  readonly nodes: readonly RolloutNodeSituation[];
  /** Names of all nodes of the fleet that are Ready, by name. */
  readonly ready: readonly string[];
}

/** What becomes of one node in a step. `change` and `revert` also update the node itself, as anybody could, in the same transaction. */
export interface RolloutNodeStep {
  readonly id: string;
  readonly update: 'change' | 'revert' | null;
  readonly state: RolloutNodeState;
  readonly message: string;
  /** With `change`: what answered before. */
  readonly baseline?: readonly NodeProbes[];
  readonly probes?: number;
}

/** One step of a rollout: what of it changes. */
export interface RolloutStep {
  readonly phase?: RolloutPhase;
  readonly message: string;
  readonly node?: RolloutNodeStep;
}

/** What there is to be probed when a node is changed. */
export interface RolloutTargets {
  /** From the node itself: services, its own node ports, pods on other nodes and its own. */
  readonly own: readonly ProbeTarget[];
  /** From another node, for the way to it: its pods and its node ports. */
  readonly wayBack: readonly ProbeTarget[];
}

/** How many rollouts, and nodes of those that are under way, stand where. */
export interface RolloutCounts {
  readonly rollouts: ReadonlyMap<string, number>;
  readonly nodes: ReadonlyMap<string, number>;
}

/** Rollouts. */
export interface RolloutStore {
  /**
   * Begins a rollout. ValidationFailed when it names no node or one that is not there, RolloutUnderWay when another rollout has one of them,
   * and everything that changing any of the nodes can be refused for.
   */
  create(ctx: RequestContext, input: RolloutCreate): Promise<Committed<Rollout>>;
  get(id: string): Promise<Rollout>;
  list(query: PageRequest): Promise<Page<Rollout>>;
  /** Has it wait before the next node. RolloutPhase when it is over or reverting. */
  halt(ctx: RequestContext, id: string): Promise<Committed<Rollout>>;
  /** Ends it where it stands. RolloutPhase when it is over or reverting. */
  cancel(ctx: RequestContext, id: string): Promise<Committed<Rollout>>;
  /** Goes on with one that was halted. RolloutPhase when it is over, or is being or was taken back. */
  resume(ctx: RequestContext, id: string): Promise<Committed<Rollout>>;
  /** Takes the change back on every node that has it. RolloutUnderWay when it was over, and another rollout has one of its nodes now. */
  revert(ctx: RequestContext, id: string): Promise<Committed<Rollout>>;
  /** Ids of rollouts that go on by themselves, oldest first. */
  underWay(): Promise<string[]>;
  /** Rollouts by phase, and nodes of those under way by state. */
  counts(): Promise<RolloutCounts>;
  /** Null when there is no such rollout. */
  situation(id: string): Promise<RolloutSituation | null>;
  /** Takes the step that follows so many others; null when somebody else has taken it. */
  step(ctx: RequestContext, id: string, after: number, step: RolloutStep): Promise<Committed<Rollout> | null>;
  /** What can be probed of a node's dataplane now. */
  targets(nodeId: string): Promise<RolloutTargets>;
}
