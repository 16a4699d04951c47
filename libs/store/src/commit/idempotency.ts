import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Committed, Concerns, RequestContext } from '../request-context.ts';

/** Whose keys they are: two actors may use the same key for different things. */
function scopeOf({ actor }: RequestContext): string {
  return `${actor.kind}:${actor.tokenId ?? actor.name}`;
}

/**
 * Claims the request's idempotency key for this transaction; waits while another one that holds it is running. Answers what was
 * committed under it, or null when the request is still to be carried out. Throws ProblemError IdempotencyKeyReused.
 */
export async function claimKey<T>(tables: Tables, ctx: RequestContext): Promise<Committed<T> | null> {
  if (ctx.idempotency === null) return null;
  const { key, method, path, fingerprint } = ctx.idempotency;
  const id = { actor: scopeOf(ctx), method, path, key };
  const claimed = await tables.$executeRaw`
    INSERT INTO idempotency_key (actor, method, path, key, fingerprint) VALUES (${id.actor}, ${method}, ${path}, ${key}, ${fingerprint})
    ON CONFLICT DO NOTHING`;
  if (claimed === 1) return null;
  const earlier = await tables.idempotencyKey.findUniqueOrThrow({ where: { actor_method_path_key: id } });
  if (earlier.fingerprint !== fingerprint) {
    const detail = `Idempotency-Key ${key} was used for another ${method} ${path}`;
    throw new ProblemError('IdempotencyKeyReused', detail, [
      { pointer: 'header/idempotency-key', code: 'IdempotencyKeyReused', message: detail },
    ]);
  }
  return {
    object: earlier.answer as T,
    revision: Number(earlier.revision),
    concerns: earlier.concerns as Concerns,
    operationId: earlier.operationId as Committed<T>['operationId'],
    replayed: true,
    status: earlier.status ?? 200,
  };
}

/** Keeps the answer under the key that was claimed; the commit travels with it. */
export function rememberAnswer<T>(tables: Tables, ctx: RequestContext, committed: Committed<T>): void {
  if (ctx.idempotency === null) return;
  const { key, method, path } = ctx.idempotency;
  void tables.$executeRaw`
    UPDATE idempotency_key SET status = ${committed.status}, answer = ${JSON.stringify(committed.object)}::jsonb,
      revision = ${committed.revision}, concerns = ${JSON.stringify(committed.concerns)}::jsonb, operation_id = ${committed.operationId}
    WHERE actor = ${scopeOf(ctx)} AND method = ${method} AND path = ${path} AND key = ${key}`;
}
