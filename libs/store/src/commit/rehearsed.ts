import type { ClusterNetwork, DesiredNode, DesiredPod, DesiredService, ObjectReference } from '@weft/model';
import type { z } from 'zod';

/** One change of one object, told without what passes: revisions, times, and what nodes say of it. */
export interface ObjectChange {
  readonly operation: string;
  readonly object: z.infer<typeof ObjectReference>;
  /** Null when the object was created. */
  readonly before: object | null;
  /** Null when the object was deleted. */
  readonly after: object | null;
}

/** What nodes have to know otherwise because of a change: objects as they are after it. */
export interface DesiredChange {
  /** Null when the settings of the cluster are what they were. */
  readonly cluster: ClusterNetwork | null;
  readonly nodes: readonly DesiredNode[];
  readonly pods: readonly { readonly nodeId: string; readonly pod: DesiredPod }[];
  readonly services: readonly DesiredService[];
  /** Ids of what there is no more, or no node has to know any more. */
  readonly gone: readonly string[];
}

/** All that a request changes. */
export interface Effect {
  readonly epoch: string;
  /** Revision that it changes. */
  readonly base: number;
  readonly changes: readonly ObjectChange[];
  readonly desired: DesiredChange;
  /** Ids of objects that it makes and that were made before, from the same seed: whatever became of them, they are not made again. */
  readonly spent: readonly string[];
  /** Fingerprint of all of it but the revisions. */
  readonly print: string;
}

/** Ends the transaction of a change that was only rehearsed, or turned out to do something else than was expected: nothing of it is left but this. */
export class Rehearsed extends Error {
  override readonly name = 'Rehearsed';
  readonly effect: Effect;

  constructor(effect: Effect) {
    super('the change was rehearsed and not committed');
    this.effect = effect;
  }
}
