import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, dropDatabase, migrate, openStore } from '@weft/store';
import { freshDatabase } from '@weft/testing/servers';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { sealAll, verify } from './sealed-cluster.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../../prisma/migrations');
/** The migration that records are sealed since. */
const SEALING = '20261121181500_sealing';

/** A database as it was before records were sealed. */
async function olderDatabase(): Promise<{ url: string; sql: pg.Client }> {
  const { url: server, drop } = await freshDatabase();
  const name = `older_${randomUUID()}`;
  const url = await createDatabase(server, name);
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  onTestFinished(async () => {
    await sql.end();
    await dropDatabase(server, name);
    await drop();
  });
  await sql.query(`CREATE TABLE _prisma_migrations (
    id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
  const before = (await readdir(MIGRATIONS)).filter((folder) => /^\d/.test(folder) && folder < SEALING).sort();
  for (const folder of before) {
    const text = await readFile(join(MIGRATIONS, folder, 'migration.sql'), 'utf8');
    await sql.query(text);
    await sql.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ($1, $2, $3, now())', [
      randomUUID(),
      createHash('sha256').update(text).digest('hex'),
      folder,
    ]);
  }
  return { url, sql };
}

test('what was recorded before records were sealed is sealed as a first batch, and loses nothing', async () => {
  const { url, sql } = await olderDatabase();
  await sql.query(`INSERT INTO change (revision, id, at, request_id, actor_kind, actor_name, operation, object_kind, object_id, object_name, before, after, concerns_all, concerned_nodes)
    SELECT n, 'c' || n, now(), 'req_' || n, 'user', 'admin', 'serviceCreate', 'service', 'svc_' || n, 'svc', NULL, '{"b": 1.50, "a": [1e21]}', true, '{}' FROM generate_series(1, 3) n`);
  await sql.query(`INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, cause, backend, started_at, duration_ms, outcome, message, config_hash, steps, received_at)
    SELECT 'rcpt_' || n, 'node_1', 'node-1', n - 1, n, 'change', 'nftables', '2026-11-21T10:00:00.120Z', 0.1, 'applied', '', 'c0ffee',
      '[{"argv": ["nft"], "input": "same words", "truncated": false, "exitCode": 0, "durationMs": 1, "stderr": ""},
        {"argv": ["ip"], "input": "others", "truncated": false, "exitCode": 0, "durationMs": 1, "stderr": ""}]', now() FROM generate_series(1, 3) n`);
  expect(await migrate({ databaseUrl: url })).toContain(SEALING);

  const store = openStore({ databaseUrl: url });
  onTestFinished(() => store.close());
  await sql.query("INSERT INTO revision_counter (id, epoch, revision) VALUES (1, 'e', 3)");
  await sealAll(store);
  const { findings, chains } = await verify(store, []);
  expect(findings.listed).toEqual([]);
  expect([chains.changes.head.seq, chains.receipts.head.seq]).toEqual([3, 3]);
  expect(await store.receipts.get('rcpt_2')).toMatchObject({
    startedAt: '2026-11-21T10:00:00.120Z',
    durationMs: 0.1,
    requestIds: ['req_2'],
    signature: null,
    rulesHash: null,
    steps: [
      { argv: ['nft'], input: 'same words' },
      { argv: ['ip'], input: 'others' },
    ],
  });
  expect((await sql.query('SELECT count(*)::int AS n FROM receipt_text')).rows).toEqual([{ n: 2 }]);
  const found = await store.receipts.list({ limit: 10, cursor: null, object: 'svc_3', outcome: 'applied' });
  expect(found.items.map(({ id }) => id)).toEqual(['rcpt_3']);
});
