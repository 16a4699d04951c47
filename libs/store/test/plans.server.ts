import { openStore } from '@weft/store';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, endpoint, openSession, receipt, request, service, testCluster } from './support/cluster.ts';

/** Rows in each table: so many that reading them all is not how one is found, and Postgres may still think it is. */
const ROWS = 2000;
const TURNS = 20;

/** Where copies of changes begin, and how far the cluster is after them. */
const FROM = 500;
const REACHED = FROM + ROWS + 100;

/** Copies a row of each table that grows with a cluster, each with keys of its own, and has the server look at what there is. */
async function grow(db: pg.Client): Promise<void> {
  const copies = async (table: string, keys: string) => {
    await db.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, to_jsonb(t) || ${keys})).* FROM (SELECT * FROM ${table} LIMIT 1) t, generate_series(1, ${ROWS}) i`,
    );
  };
  await copies('node', "jsonb_build_object('id', 'node_' || i, 'name', 'copy-' || i)");
  await copies('node_state', "jsonb_build_object('node_id', 'node_' || i)");
  await copies('token', "jsonb_build_object('id', 'token_' || i, 'sha256', 'sha-' || i, 'role', 'node', 'node_id', 'node_' || i)");
  await copies('change', `jsonb_build_object('id', 'change_' || i, 'revision', ${FROM} + i)`);
  await copies('object_version', `jsonb_build_object('object_id', 'object_' || i, 'revision', ${FROM} + i)`);
  await db.query(`UPDATE revision_counter SET revision = ${REACHED}`);
  await db.query('VACUUM ANALYZE');
}

/** How many rows were read of each table by reading all of it. What a connection has read is told when it ends. */
async function readWhole(db: pg.Client): Promise<Record<string, number>> {
  await db.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await db.query<{ relname: string; seq_tup_read: string }>('SELECT relname, seq_tup_read FROM pg_stat_user_tables');
  return Object.fromEntries(rows.map(({ relname, seq_tup_read }) => [relname, Number(seq_tup_read)]));
}

test('a change and a turn of a node read what they are about, however much else there is', async () => {
  const { databaseUrl } = await testCluster();
  const before = openStore({ databaseUrl });
  const { id } = await addNode(before, 'node-1');
  await before.tokens.ensureAdmin('local', 'sha-0');
  await before.services.create(request(), service('web'));
  const { object } = await before.endpoints.create(request(), endpoint('web', '203.0.113.9'));
  await before.close();
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  onTestFinished(() => db.end());
  await grow(db);
  const readBefore = await readWhole(db);

  const store = openStore({ databaseUrl });
  const node = await openSession(store, id);
  // The first is of everything there is.
  let since = await store.agent.pull(id, null);
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await store.tokens.authenticate(`sha-${turn}`);
    await store.endpoints.update(request(), object.id, 'any', { weight: 1 + turn });
    const pulled = await store.agent.pull(id, since);
    expect(pulled).toMatchObject({ kind: 'delta', services: [{ name: 'web' }] });
    await node.report({ appliedRevision: pulled.revision, receipts: [receipt(`turn-${turn}`, since.revision, pulled.revision)] });
    since = pulled;
  }
  await store.close();

  const read = await readWhole(db);
  const often = Object.entries(read).filter(([table, rows]) => rows - (readBefore[table] ?? 0) >= 2 * ROWS);
  expect(often).toEqual([]);
});
