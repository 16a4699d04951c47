/** A hollow node that is to run. */
export interface HollowOrder {
  readonly number: number;
  readonly url: string;
  /** What is in its credential file. */
  readonly credentialFile: string;
  readonly stateDir: string;
  /** Its dataplane is on paper (paper-dataplane.ts); false: it compiles, compares and programs its host. */
  readonly onPaper: boolean;
}

/** Orders for a process of hollow nodes. */
export type HollowRequest =
  | { readonly do: 'start'; readonly nodes: readonly HollowOrder[] }
  | { readonly do: 'tell' }
  | { readonly do: 'stop' };

/** A node has made a revision true: `at` in ms since 1970 when it had, just before it said so. */
export type Applied = readonly [node: number, revision: number, at: number];

/** What hollow nodes have come to since they started. */
export interface HollowTotals {
  /** Transactions that they have carried out. */
  readonly transactions: number;
  readonly pulls: number;
  readonly residentBytes: number;
}

/** The same of one process, and what it has seen since it told that last. */
export interface HollowNews extends HollowTotals {
  readonly applied: readonly Applied[];
  readonly failures: readonly string[];
}
