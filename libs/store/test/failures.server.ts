import type { Store } from '@weft/store';
import { eventually } from '@weft/testing';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { asProblem } from '../src/database/database-errors.ts';
import { addNode, pod, request, service, testCluster } from './support/cluster.ts';
import { ownPostgres } from './support/own-postgres.ts';

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Everything of a pod that could be left behind. */
const TRACES = `SELECT
  (SELECT count(*) FROM pod)::int AS pods, (SELECT count(*) FROM endpoint)::int AS endpoints,
  (SELECT count(*) FROM address WHERE state = 'allocated')::int AS addresses, (SELECT count(*) FROM idempotency_key)::int AS keys,
  (SELECT count(*) FROM change)::int AS changes, (SELECT max(revision) FROM object_version)::int AS history,
  (SELECT revision FROM revision_counter)::int AS revision`;

const answersAgain = (store: Store) =>
  eventually('the store answers again', () =>
    store.ping().then(
      () => true,
      () => false,
    ),
  );

test('a transaction that is cut off before its commit leaves nothing, and the same request is carried out afterwards', async () => {
  const { store, databaseUrl } = await testCluster();
  await addNode(store, 'node-1');
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  const observer = await connect(databaseUrl);
  const before = (await observer.query(TRACES)).rows[0];

  // Held here, the transaction has everything but its revision.
  const holder = await connect(databaseUrl);
  await holder.query('BEGIN; SELECT 1 FROM revision_counter FOR UPDATE');
  const ctx = request({ idempotency: { key: 'k', method: 'POST', path: '/pods', fingerprint: 'f' } });
  const cut = store.pods.create(ctx, pod('pod-a', { labels: { app: 'a' } })).catch((error: unknown) => error);
  const pid = await eventually('the transaction waits for its revision', async () => {
    const { rows } = await observer.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%revision_counter%'",
    );
    return rows[0]?.pid;
  });
  await observer.query('SELECT pg_terminate_backend($1)', [pid]);
  expect(await cut).toMatchObject({ code: 'Unavailable' });
  await holder.query('ROLLBACK');
  expect((await observer.query(TRACES)).rows[0]).toEqual(before);
  expect(await store.pods.create(ctx, pod('pod-a', { labels: { app: 'a' } }))).toMatchObject({
    replayed: false,
    object: { ip: '100.64.0.2' },
  });
});

test('a transaction that is cut off in its commit is Unavailable, and the same request finds out what became of it', async () => {
  const { store, databaseUrl } = await testCluster();
  const observer = await connect(databaseUrl);
  await observer.query(`
    CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER stall AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stall()`);
  const ctx = request({ idempotency: { key: 'k', method: 'POST', path: '/services', fingerprint: 'f' } });
  const cut = store.services.create(ctx, service('svc')).catch((error: unknown) => error);
  await eventually('the commit is under way', async () => {
    const { rowCount } = await observer.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
    );
    return rowCount === 1;
  });
  expect(await cut).toMatchObject({ code: 'Unavailable' });
  await observer.query('DROP TRIGGER stall ON change');
  await answersAgain(store);
  expect(await store.services.create(ctx, service('svc'))).toMatchObject({ replayed: false, revision: 1 });
  expect(await store.services.create(ctx, service('svc'))).toMatchObject({ replayed: true, revision: 1 });
});

test('a connection that is not free in time and a server that stays silent are Unavailable, as pg says it', async () => {
  const { databaseUrl } = await testCluster();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, connectionTimeoutMillis: 20, query_timeout: 20 });
  const silent = pool.query('SELECT pg_sleep(60)').catch(asProblem);
  const crowdedOut = pool.query('SELECT 1').catch(asProblem);
  expect(await crowdedOut).toMatchObject({ code: 'Unavailable' });
  expect(await silent).toMatchObject({ code: 'Unavailable' });
  await pool.end();
});

test('a store goes on when all its connections were cut', async () => {
  const { store, databaseUrl } = await testCluster();
  await addNode(store, 'node-1');
  const observer = await connect(databaseUrl);
  await observer.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await answersAgain(store);
  await store.pods.create(request(), pod('pod-a'));
});

test('while Postgres is down everything is Unavailable; once it is back the store goes on by itself', async () => {
  const { store, server, start } = await ownPostgres();
  const { object } = await store.services.create(request(), service('svc'));
  await server().stop();
  await expect(store.ping()).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(store.services.list({ limit: 1, cursor: null })).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(store.services.create(request(), service('lost'))).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(store.agent.pull('node_x', null)).rejects.toMatchObject({ code: 'Unavailable' });
  await start();
  expect((await store.services.get(object.id)).name).toBe('svc');
  await store.services.create(request(), service('found'));
});
