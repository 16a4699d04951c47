import type { Reach, Requirement, Rollback, RollbackCreate } from '@weft/model';
import type { Committed, RequestContext } from '../request-context.ts';

/** Which objects are brought back to which revision. */
export interface RollbackOrder {
  readonly toRevision: number;
  readonly kinds: RollbackCreate['selection']['kinds'];
  readonly namespace?: string | undefined;
  readonly labelSelector?: readonly Requirement[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly deleteNewer: boolean;
  /** Only what is in these namespaces, whatever the order says; null and nothing at all: everything. */
  readonly within?: Reach;
}

/** Brings objects back to what they were. */
export interface RollbackStore {
  /**
   * All of it in one transaction, each object a change with a revision and a record of its own. Throws ProblemError: Expired, BadRequest for the revision,
   * ValidationFailed when it is too much at once, and of whatever kind the first object is that cannot be brought back, with all of them in its errors.
   */
  roll(ctx: RequestContext, order: RollbackOrder): Promise<Committed<Rollback>>;
}
