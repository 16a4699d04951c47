import type pg from 'pg';

/** Nodes, objects and requests that many receipts are about. */
export const NODES = 50;
export const OBJECTS = 1000;
/** Changes that somebody asked for who is busy once: of every other one in between. */
export const BUSY = { from: 200, to: 800 };
/** Receipts came in one a second, up to this moment. */
export const LAST_AT = Date.parse('2026-11-21T00:00:00.000Z');

/**
 * Fills a database with so many receipts as a fleet leaves them: every change of a service goes to each of fifty nodes, nine of ten are asked for by `ci`, one apply of a thousand fails,
 * one of a hundred undoes drift. Those of every other change share its terms. The indexes that take long row by row are made afterwards, as after a restored dump.
 */
export async function fillWithReceipts(sql: pg.Client, count: number): Promise<void> {
  const changes = Math.ceil(count / NODES);
  await sql.query('SET synchronous_commit = off');
  await sql.query(
    `INSERT INTO change (revision, id, at, request_id, actor_kind, actor_name, operation, object_kind, object_id, object_namespace, object_name,
       before, after, concerns_all, concerned_nodes)
     SELECT n, 'c' || n, to_timestamp($2::float8 / 1000) - make_interval(secs => ($1 - n) * ${NODES}), 'req_' || n, 'user',
       CASE WHEN n % 2 = 0 AND n BETWEEN ${BUSY.from} AND ${BUSY.to} THEN 'release' WHEN n % 10 = 0 THEN 'person' || (n / 10) % 50 ELSE 'ci' END, 'serviceUpdate', 'service', 'svc_' || n % ${OBJECTS}, 'default', 'svc-' || n % ${OBJECTS},
       '{}', '{}', true, '{}'
     FROM generate_series(1, $1::int) n`,
    [changes, LAST_AT],
  );
  await sql.query(
    `INSERT INTO receipt_text SELECT encode(sha256(convert_to('text ' || n, 'UTF8')), 'hex'), 'text ' || n, now() FROM generate_series(0, $1::int) n`,
    [changes],
  );
  await sql.query('DROP INDEX receipt_terms_idx');
  await sql.query(
    `INSERT INTO receipt_terms (sha256, terms, at)
     SELECT 'shared_' || revision, ARRAY['request=' || request_id, 'object=' || object_id, 'actor=' || actor_name] ||
       ARRAY(SELECT 'object=of-' || revision || '-' || n FROM generate_series(1, 250) n), at FROM change WHERE revision % 2 = 0`,
  );
  await sql.query(
    `INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, terms, terms_sha256, received_at)
     SELECT 'rcpt_' || n, 'node_' || n % ${NODES}, 'node-' || n % ${NODES}, r - 1, r,
       jsonb_build_object('id', 'rcpt_' || n, 'fromRevision', r - 1, 'toRevision', r, 'cause', cause, 'backend', 'nftables', 'startedAt', '2026-11-21T00:00:00.000Z',
         'durationMs', 1.5, 'outcome', outcome, 'message', '', 'configHash', repeat('c', 64), 'rulesHash', repeat('a', 64), 'leftOut', '[]'::jsonb, 'readBack', NULL,
         'steps', jsonb_build_array(jsonb_build_object('argv', '["nft", "-f", "-"]'::jsonb, 'truncated', false, 'exitCode', 0, 'durationMs', 1, 'stderr', '',
           'inputSha256', encode(sha256(convert_to('text ' || r, 'UTF8')), 'hex')))),
       ARRAY['outcome=' || outcome, 'cause=' || cause] || CASE WHEN r % 2 = 0 THEN '{}' ELSE
         ARRAY['request=req_' || r, 'object=svc_' || r % ${OBJECTS}, 'actor=' || CASE WHEN r % 10 = 0 THEN 'person' || (r / 10) % 50 ELSE 'ci' END] END, CASE WHEN r % 2 = 0 THEN 'shared_' || r END,
       to_timestamp($2::float8 / 1000) - make_interval(secs => $1 - n)
     FROM (SELECT n, 1 + n / ${NODES} AS r, CASE WHEN n % 1009 = 0 THEN 'failed' ELSE 'applied' END AS outcome, CASE WHEN n % 101 = 0 THEN 'drift' ELSE 'change' END AS cause
           FROM generate_series(0, $1::int - 1) n) made`,
    [count, LAST_AT],
  );
  await sql.query('CREATE INDEX receipt_terms_idx ON receipt USING gin (terms)');
  await sql.query('VACUUM ANALYZE receipt');
  await sql.query('VACUUM ANALYZE receipt_terms');
  await sql.query('VACUUM ANALYZE change');
}
