import type { Node, NodeCreate, NodeUpdate, Pod, PodCreate, PodUpdate } from '@weft/model';
import type { Page, PageRequest, PodQuery, ResourceQuery } from './query.ts';
import type { Committed, Match, RequestContext } from './request-context.ts';

/**
 * One kind of object. Every method throws ProblemError: NotFound for an id that is not there, PreconditionFailed when `match` does not
 * hold, Unavailable when the database cannot answer, and what the kind itself can refuse. A mutation is one transaction: object,
 * addresses, derived endpoints, revision, history and audit, or nothing.
 */
export interface Collection<T, Create, Update, Query extends PageRequest> {
  /** NameTaken when the name is in use. */
  create(ctx: RequestContext, input: Create): Promise<Committed<T>>;
  get(id: string): Promise<T>;
  list(query: Query): Promise<Page<T>>;
  /** Applies a merge patch (RFC 7396). One that changes nothing gets no revision. */
  update(ctx: RequestContext, id: string, match: Match, patch: Update): Promise<Committed<T>>;
  /** InUse when other objects need this one. */
  delete(ctx: RequestContext, id: string, match: Match): Promise<Committed<T>>;
}

/** What is only recorded and read. */
export interface Recorded<T, Query extends PageRequest> {
  get(id: string): Promise<T>;
  list(query: Query): Promise<Page<T>>;
}

/** Nodes. BackendUnsupported, LinkUnsupported when a node has said that it cannot do what is asked for. */
export interface NodeCollection extends Collection<Node, NodeCreate, NodeUpdate, ResourceQuery> {
  /** InUse when it holds anything; with `force` all of it goes with it. Its credentials are NodeRemoved from then on. */
  delete(ctx: RequestContext, id: string, match: Match, force?: boolean): Promise<Committed<Node>>;
}

/** Pods. */
export interface PodCollection extends Collection<Pod, PodCreate, PodUpdate, PodQuery> {
  /**
   * Deletes a pod, or has it terminate when it has a grace period, its own or the one given: the status is then 202, and the object the pod as it is.
   */
  delete(ctx: RequestContext, id: string, match: Match, gracePeriodSeconds?: number): Promise<Committed<Pod>>;
  /** Ends pods whose time is over, each under the id of the request that asked for it. Call again until there are none. */
  endOverdue(ctx: RequestContext): Promise<Committed<Pod>[]>;
}
