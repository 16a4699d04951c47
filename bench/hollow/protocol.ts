/** A hollow node that is to run. */
export interface HollowOrder {
  readonly number: number;
  readonly url: string;
  /** What is in its credential file. */
  readonly credentialFile: string;
  readonly stateDir: string;
}

/** Orders for a process of hollow nodes. */
export type HollowRequest =
  | { readonly do: 'start'; readonly nodes: readonly HollowOrder[] }
  | { readonly do: 'tell' }
  | { readonly do: 'stop' };

/** A node has made a revision true: `at` in ms since 1970 when it had, just before it said so. */
export type Applied = readonly [node: number, revision: number, at: number];

/** What a process of hollow nodes has seen since it was asked last. */
export interface HollowNews {
  readonly applied: readonly Applied[];
  /** Transactions that its hosts have carried out since they started. */
  readonly transactions: number;
  readonly pulls: number;
  readonly failures: readonly string[];
  readonly residentBytes: number;
}
