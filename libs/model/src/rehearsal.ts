/** What a change did when it was carried to the last step before its commit: enough to know it again. */
export interface ExpectedEffect {
  /** Revision that it was rehearsed upon. */
  readonly base: number;
  /** Fingerprint of everything it changes, 64 hex digits. */
  readonly print: string;
}

/** How a request's change is carried out when it is planned, or was. */
export interface Rehearsal {
  /** What the ids of new objects are made from, so that a plan and its application make the same objects. Looks like the body of an id. */
  readonly seed: string;
  /** Null: nothing is committed, whatever comes of it. Else the change is committed if it does exactly that, and nothing that nodes have to know was changed since. */
  readonly expected: ExpectedEffect | null;
}
