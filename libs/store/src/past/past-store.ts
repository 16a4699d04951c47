import type {
  ClusterNetwork,
  DesiredNode,
  DesiredPod,
  DesiredService,
  DesiredState,
  ObjectDifference,
  PastKind,
  PastObject,
  Requirement,
} from '@weft/model';
import type { Page, PageRequest } from '../query.ts';
import type { Actor } from '../request-context.ts';

/** What nodes have to know of one object. */
export type DesiredObject = ClusterNetwork | DesiredNode | DesiredPod | DesiredService;

/** What nodes had to know of an object from a revision on, and the change that made it so. */
export interface DesiredVersion {
  readonly revision: number;
  /** Null: from here on nothing. */
  readonly body: DesiredObject | null;
  /** Null for what a cluster begins with. */
  readonly change: {
    readonly requestId: string;
    readonly actor: Actor;
    /** RFC 3339. */
    readonly at: string;
    /** Operation id of the API, such as `serviceCreate`. */
    readonly operation: string;
  } | null;
}

/** Which of the objects of a kind. What is absent does not filter. */
export interface PastObjectQuery extends PageRequest {
  readonly namespace?: string;
  readonly name?: string;
  readonly ids?: readonly string[];
  readonly labelSelector?: readonly Requirement[];
}

/**
 * How everything was. ProblemError Expired for a revision or a time before what is kept, and for revisions of a database before it was restored: what was
 * done after the dump is not known. BadRequest for a revision that is still to come.
 */
export interface PastStore {
  /** The earliest revision that can be asked for. */
  oldest(): Promise<number>;
  /** The newest revision that was committed at or before a time (RFC 3339). */
  revisionAt(time: string): Promise<number>;
  /** What a node had to make true as of a revision, and the checksum of that state as its pull carried it. NotFound when the node was not there. */
  desired(nodeId: string, revision: number): Promise<{ readonly state: DesiredState; readonly checksum: string }>;
  /**
   * What nodes had to know of an object (id of a node, pod or service, or `cluster`), newest first: at most `limit` versions up to a revision. Empty when
   * they never had to know anything of it.
   */
  versionsOf(objectId: string, query: { readonly upTo: number; readonly limit: number }): Promise<DesiredVersion[]>;
  /** The objects of a kind that were there as of a revision. */
  objects(kind: PastKind, revision: number, query: PastObjectQuery): Promise<Page<PastObject>>;
  /** The objects of a kind that are otherwise as of one revision than as of another, beside their revisions and times. */
  compareObjects(
    kind: PastKind,
    span: { readonly from: number; readonly to: number },
    query: PastObjectQuery,
  ): Promise<Page<ObjectDifference>>;
}
