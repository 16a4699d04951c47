import type { Id, Reach, Rehearsal, TokenRole } from '@weft/model';

/** Who a request came from. `node`: an executor acting with its node's credential. `system`: the control plane itself. */
export interface Actor {
  readonly kind: 'user' | 'node' | 'system';
  readonly name: string;
  readonly tokenId: string | null;
}

/** An `Idempotency-Key` with everything that makes it the same request again. A key belongs to one actor, method and path. */
export interface IdempotencyRequest {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** Fingerprint of the request body. */
  readonly fingerprint: string;
}

/** What every mutation is recorded with. */
export interface RequestContext {
  readonly requestId: string;
  readonly actor: Actor;
  readonly sourceAddress: string | null;
  /** Operation id of the API, such as `serviceCreate`. */
  readonly operation: string;
  readonly idempotency: IdempotencyRequest | null;
  /** The namespaces whose objects a refusal may name. Left out: only that of the object which is refused something. */
  readonly reach?: Reach;
  /** How the change is carried out when it is planned, or was. Left out: it is committed. */
  readonly rehearsal?: Rehearsal | null;
}

/** Which nodes have something to apply because of a change: all of them, or those named. */
export type Concerns = 'all' | readonly string[];

/** A mutation that is committed, or one that was and is answered again from its `Idempotency-Key`. */
export interface Committed<T> {
  /** The object after the change; a deleted one as it last was. */
  readonly object: T;
  /** The cluster revision the change got. A patch that changes nothing gets none and answers with the object's own. */
  readonly revision: number;
  readonly concerns: Concerns;
  /** The operation that tells how far the change has come; null for a patch that changed nothing. */
  readonly operationId: Id<'operation'> | null;
  /** True when the request had been carried out before. */
  readonly replayed: boolean;
  /** The HTTP status of the first answer. */
  readonly status: number;
}

/** The version a mutation wants to find (`If-Match: "<epoch>.<generation>"`); `any` overwrites whatever is there. */
export type Match = { readonly epoch: string; readonly generation: number } | 'any';

/** Whom a bearer token stands for. */
export interface Principal {
  readonly tokenId: string;
  readonly name: string;
  readonly role: TokenRole | 'node';
  /** Names of the namespaces it reaches; null: all of them, and what belongs to none. */
  readonly namespaces: Reach;
  /** RFC 3339; null: it holds until it is revoked. */
  readonly expiresAt: string | null;
  /** Set exactly when the role is `node`. */
  readonly node: { readonly id: Id<'node'>; readonly name: string; readonly approved: boolean } | null;
}
