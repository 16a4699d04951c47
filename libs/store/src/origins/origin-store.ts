import type { ClusterNetwork, DesiredNode, Id } from '@weft/model';

/** What of a desired state is the same for all services and pods. */
export interface DesiredNodes {
  readonly revision: number;
  readonly cluster: ClusterNetwork;
  readonly nodes: readonly DesiredNode[];
}

/** The apply that made something so on a node. */
export interface FirstApplied {
  readonly receipt: Id<'receipt'>;
  /** RFC 3339. */
  readonly at: string;
}

/** Where what is in kernels comes from. */
export interface OriginStore {
  /** Nodes and the cluster's ranges as of a revision. ProblemError Expired, BadRequest as PastStore has them. */
  nodes(revision: number): Promise<DesiredNodes>;
  /** The first apply on a node that reached each revision and went well; none for a revision of which no such receipt is kept. */
  firstApplied(nodeId: string, revisions: readonly number[]): Promise<ReadonlyMap<number, FirstApplied>>;
  /** Generations of objects as of a revision, by id; of those that are kept. */
  generations(ids: readonly string[], revision: number): Promise<ReadonlyMap<string, number>>;
}
