import type { Reach, Receipt, Requirement } from '@weft/model';

/** How much of a list is wanted, and from where. */
export interface PageRequest {
  /** How many items at most, 1 to 1000. */
  readonly limit: number;
  /** `nextCursor` of the page before; null for the first page. A cursor that cannot be read is a ProblemError BadRequest. */
  readonly cursor: string | null;
  /** Only what is in these namespaces, whatever the filters say; null and nothing at all: everything. */
  readonly within?: Reach;
}

/**
 * One page of a list. Items come in the order of their creation, so that objects which come and go between two pages make no other
 * object appear twice or not at all.
 */
export interface Page<T> {
  readonly items: T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** Everything up to this revision is in the page: a watch that starts after it misses nothing. */
  readonly revision: number;
}

/** Filters of resources that have a name. What is absent does not filter. */
export interface ResourceQuery extends PageRequest {
  readonly name?: string;
  readonly labelSelector?: readonly Requirement[];
}

/** Filters of resources that live in a namespace. */
export interface NamespacedQuery extends ResourceQuery {
  readonly namespace?: string;
}

export interface PodQuery extends NamespacedQuery {
  /** Name of the node. */
  readonly node?: string;
  /** Name of a service that has the pod behind it; needs `namespace`. */
  readonly service?: string;
}

export interface EndpointQuery extends PageRequest {
  readonly namespace?: string;
  /** Name of the service. */
  readonly service?: string;
  /** Name of the node the endpoint is on. */
  readonly node?: string;
}

/** Filters of what was recorded; newest first. Times are RFC 3339; `since` is included, `until` is not. */
export interface RecordQuery extends PageRequest {
  readonly requestId?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface AuditQuery extends RecordQuery {
  /** Id of the object the change was about. */
  readonly object?: string;
  /** Name of the actor. */
  readonly actor?: string;
  readonly operation?: string;
  /** Name of a node that had to know of it. */
  readonly node?: string;
}

export interface OperationQuery extends RecordQuery {
  readonly object?: string;
}

export interface ReceiptQuery extends RecordQuery {
  /** Name of the node. */
  readonly node?: string;
  /** Id of an object that a change it carried was about. */
  readonly object?: string;
  /** Name of somebody who asked for a change it carried. */
  readonly actor?: string;
  readonly outcome?: Receipt['outcome'];
  readonly cause?: Receipt['cause'];
}

/** Filters of drift events; times are those at which an event came in. */
export interface DriftQuery extends PageRequest {
  /** Name of the node. */
  readonly node?: string;
  readonly since?: string;
  readonly until?: string;
}
