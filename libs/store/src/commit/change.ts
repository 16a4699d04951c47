import type { ObjectReference, Reach } from '@weft/model';
import type { z } from 'zod';
import type { Tables } from '../database/database.ts';
import type { Prisma } from '../generated/client.ts';
import type { NewId } from '../new-id.ts';
import type { HistoricKind } from '../watched.ts';

/** A node as changes name it: the id is recorded, the name is answered. */
export interface NodeReference {
  readonly id: string;
  readonly name: string;
}

/** Whom a change concerns, before it is recorded. */
export type ConcernedNodes = 'all' | readonly NodeReference[];

/** The revision a change got and the database's clock when it got it. */
export interface Stamp {
  readonly revision: bigint;
  readonly at: Date;
}

/** How an object is after a change: one entry of history. */
export interface Version {
  readonly kind: HistoricKind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly id: string;
  readonly namespace: string | null;
  /** For pods: the node they are on. */
  readonly nodeId: string | null;
  /** Null for kinds no dataplane knows. */
  readonly dataplaneRevision: number | null;
  /** The object as it is stored: what its `status` tells of nodes is added when it is read. */
  readonly object: object;
}

/** What a change wrote. */
export interface Written<T> {
  readonly object: T;
  readonly versions: readonly Version[];
  /** For the audit trail; null when the object was created. */
  readonly before: object | null;
  /** Null when the object was deleted. */
  readonly after: object | null;
}

/** How a change is written whose answer is known but for its stamp: with the revision and the commit, and without waiting for an answer while every other change waits. */
export interface Ahead<T> {
  /** Sends the statement that writes the objects, with the next revision. */
  take(): Promise<Stamp>;
  /** Reads the stamp back, as `revision` and `at`, in a statement after that. */
  readonly stamp: Prisma.Sql;
  /** What is written at a stamp. */
  written(stamp: Stamp): Written<T>;
}

/** Writes a change at a stamp. `ahead`: it can be written before its stamp is known, too; whoever writes more with it cannot. */
export interface Writing<T> {
  (stamp: Stamp): Promise<Written<T>>;
  readonly ahead?: Ahead<T>;
}

/** A change that has passed every check and holds every lock: what is left is its revision and the writing. */
export interface Change<T> {
  readonly about: z.infer<typeof ObjectReference>;
  readonly concerns: ConcernedNodes;
  /** What it is recorded as when its request does not say so: one request may make several changes. */
  readonly operation?: string;
  /** The HTTP status of its answer. */
  readonly status: 200 | 201 | 202;
  readonly write: Writing<T>;
}

/** A request that asks for what is already so. */
export interface NoChange<T> {
  readonly unchanged: T;
  readonly revision: number;
  /** The HTTP status of its answer; 200 when nothing is said. */
  readonly status?: 200 | 202;
}

/**
 * First half of a mutation: takes the locks in their order, checks, claims addresses, and says what it will write. Objects that it makes get their ids from
 * `newId`; `reach` are the namespaces whose objects it may name when it refuses. Throws ProblemError.
 */
export type Prepare<T> = (tables: Tables, newId: NewId, reach: Reach) => Promise<Change<T> | NoChange<T>>;
