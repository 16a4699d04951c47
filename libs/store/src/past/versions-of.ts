import type { Tables } from '../database/database.ts';
import type { Actor } from '../request-context.ts';
import type { DesiredObject, DesiredVersion } from './past-store.ts';
import { readKept, requireKept } from './position.ts';
import { desiredService, type RecordedEndpoint, type RecordedService } from './recorded-service.ts';

interface Row {
  readonly revision: bigint;
  readonly kind: string;
  readonly body: unknown;
  /** Of a service. */
  readonly endpoints: readonly RecordedEndpoint[];
  readonly requestId: string | null;
  readonly actor: Actor;
  readonly at: Date;
  readonly operation: string;
}

function bodyOf({ kind, body, endpoints }: Row): DesiredObject | null {
  if (body === null || kind !== 'service') return body as DesiredObject | null;
  return desiredService({ body: body as RecordedService['body'], endpoints });
}

/** What nodes had to know of an object, newest first: at most `limit` versions up to a revision. Throws ProblemError Expired, BadRequest. */
export async function versionsOf(
  tables: Tables,
  objectId: string,
  { upTo, limit }: { readonly upTo: number; readonly limit: number },
): Promise<DesiredVersion[]> {
  const rows = await tables.$queryRaw<Row[]>`
    SELECT v.revision, v.kind, v.body, c.request_id AS "requestId", c.at, c.operation,
      json_build_object('kind', c.actor_kind, 'name', c.actor_name, 'tokenId', c.actor_token_id) AS actor,
      (SELECT COALESCE(json_agg(body ORDER BY (body->>'ip')::inet, (body->>'port')::integer), '[]') FROM (
        SELECT DISTINCT ON (object_id) body FROM desired_version e
        WHERE e.service_id = v.object_id AND e.revision <= v.revision ORDER BY object_id, revision DESC) behind
        WHERE body IS NOT NULL) AS endpoints
    FROM desired_version v LEFT JOIN change c ON c.revision = v.revision
    WHERE v.object_id = ${objectId} AND v.revision <= ${upTo} ORDER BY v.revision DESC LIMIT ${limit}`;
  requireKept(await readKept(tables), upTo);
  return rows.map(({ requestId, actor, at, operation, ...row }) => ({
    revision: Number(row.revision),
    body: bodyOf(row as Row),
    change: requestId === null ? null : { requestId, actor, at: at.toISOString(), operation },
  }));
}
