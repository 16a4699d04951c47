import type { Reach, Rehearsal } from '@weft/model';
import type { z } from 'zod';
import type { AnyOperation } from './definition.ts';
import type { Role } from './permissions.ts';

/** Who calls: taken from the bearer token alone, never from path or body. */
export interface Principal {
  readonly kind: 'user' | 'node';
  readonly name: string;
  readonly tokenId: string;
  readonly role: Role;
  /** Names of the namespaces it reaches; null: all of them, and what belongs to none. */
  readonly namespaces: Reach;
  /** RFC 3339; null: it holds until it is revoked. */
  readonly expiresAt: string | null;
  /** The node a node token belongs to; null for a user. */
  readonly nodeId: string | null;
}

/** One request, read and validated: all that a handler gets. */
export interface Call<Params, Query, Body> {
  /** Null only for operations that need no token. */
  readonly principal: Principal | null;
  readonly operation: AnyOperation;
  readonly requestId: string;
  /** Path of the request without `/v1` and query. */
  readonly path: string;
  readonly sourceAddress: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | null;
  /** If-Match as it was sent. */
  readonly ifMatch: string | null;
  /** Seconds from `Prefer: wait=N`. */
  readonly waitSeconds: number | null;
  readonly lastEventId: string | null;
  /** Its sender reads answers in gzip. */
  readonly readsGzip: boolean;
  /** How its change is carried out when it is planned, or was; null: it is committed. */
  readonly rehearsal: Rehearsal | null;
  /** Aborted when the client hangs up before it has its answer. */
  readonly gone: AbortSignal;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A call of any operation. */
export type AnyCall = Call<unknown, unknown, unknown>;

/** The call that an operation's handler gets. */
export type CallOf<D extends AnyOperation> = Call<Output<D['params']>, Output<D['query']>, Output<D['body']>>;
