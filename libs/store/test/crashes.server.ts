import type { Store } from '@weft/store';
import { eventually } from '@weft/testing';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, endpoint, request, service, testCluster } from './support/cluster.ts';
import { ownPostgres } from './support/own-postgres.ts';

const PATIENCE = { withinMs: 60_000 };

/** A Postgres that can be killed, with a cluster in it, and a store that outlives it. */
interface Killable {
  readonly store: Store;
  sql(statement: string): Promise<pg.QueryResultRow[]>;
  /** `kill -9`, and a start. What had not been flushed is lost: its log writes nothing by itself for ten seconds. */
  crash(): Promise<void>;
}

async function killable(): Promise<Killable> {
  const { store, databaseUrl, server, start } = await ownPostgres();
  const sql = async (statement: string) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  await sql("ALTER SYSTEM SET wal_writer_delay = '10s'");
  await sql('SELECT pg_reload_conf()');
  await eventually('the setting is read', async () => (await sql('SHOW wal_writer_delay'))[0]?.wal_writer_delay === '10s', PATIENCE);
  return {
    store,
    sql,
    // It takes what Postgres has in mind, not what it has written, wherever that is.
    async crash() {
      process.kill(server().pid, 'SIGKILL');
      await server().ended;
      // Until its other processes have noticed it does not start again.
      await eventually('Postgres starts again', () => start().then(() => true), PATIENCE);
    },
  };
}

const CLIENTS = 12;
const ACKNOWLEDGED = 120;

test('what was acknowledged is there when Postgres was killed in the middle of changes', { timeout: 300_000 }, async () => {
  const { store, sql, crash } = await killable();
  await store.services.create(request(), service('svc'));
  const acknowledged = new Map<number, string>();
  for (let kill = 1; kill <= 3; kill++) {
    let n = 0;
    let alive = true;
    // One after the other, half of them written ahead of their stamps.
    const client = async () => {
      while (alive) {
        const name = `${kill}-${n++}`;
        const made = await (n % 2 === 0
          ? store.services.create(request(), service(`s-${name}`))
          : store.endpoints.create(request(), endpoint('svc', `10.${kill}.${n >> 8}.${n & 255}`))
        ).catch((error: unknown) => error);
        if (made instanceof Error) expect(made).toMatchObject({ code: 'Unavailable' });
        else acknowledged.set((made as { revision: number }).revision, (made as { object: { id: string } }).object.id);
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, client));
    await eventually(`${kill * ACKNOWLEDGED} acknowledged`, () => acknowledged.size >= kill * ACKNOWLEDGED, PATIENCE);
    const killed = crash();
    alive = false;
    await Promise.all([clients, killed]);
    const rows = await sql('SELECT revision, object_id FROM change');
    const kept = new Map(rows.map(({ revision, object_id }) => [Number(revision), object_id]));
    expect([...acknowledged].filter(([revision, id]) => kept.get(revision) !== id)).toEqual([]);
  }
});

test('whatever tells of a change that is committed and not flushed has it flushed before', { timeout: 300_000 }, async () => {
  const { store, sql, crash } = await killable();
  const node = await addNode(store, 'node-1');
  const { object } = await store.services.create(request(), service('svc'));
  const ctx = request({ idempotency: { key: 'k', method: 'POST', path: '/services', fingerprint: 'f' } });
  await store.services.create(ctx, service('keyed'));
  const { epoch } = await store.cluster.get();
  const outlets: Record<string, () => Promise<unknown>> = {
    position: () => store.history.position(),
    get: () => store.services.get(object.id),
    list: () => store.services.list({ limit: 1, cursor: null }),
    pull: () => store.agent.pull(node.id, { epoch, revision: 1 }),
    'lease renewal': () => store.liveness.renew(node.id, node.session),
    'stale session': () => expect(store.liveness.renew(node.id, 'another')).rejects.toMatchObject({ code: 'StaleSession' }),
    refusal: () => expect(store.services.create(request(), service('svc'))).rejects.toMatchObject({ code: 'NameTaken' }),
    'answer that is kept': () => store.services.create(ctx, service('keyed')),
  };
  for (const [name, ask] of Object.entries(outlets)) {
    await ask();
    const [row] = await sql('BEGIN; SET LOCAL synchronous_commit = off; UPDATE revision_counter SET revision = revision + 1; COMMIT').then(
      () => sql('SELECT revision::int FROM revision_counter'),
    );
    await ask();
    await crash();
    expect((await sql('SELECT revision::int FROM revision_counter'))[0], name).toEqual(row);
  }
});

test('what was answered without taking a revision is there after a crash', { timeout: 300_000 }, async () => {
  const { store, sql, crash } = await killable();
  const { object } = await store.services.create(request(), service('svc'));
  const idempotency = { key: 'same', method: 'PATCH', path: `/services/${object.id}`, fingerprint: 'f' };
  const { revision } = await store.history.position();
  await store.services.update(request({ idempotency }), object.id, 'any', { labels: {} });
  expect(await store.history.position()).toMatchObject({ revision });
  await crash();
  expect(await sql("SELECT key FROM idempotency_key WHERE key = 'same'")).toEqual([{ key: 'same' }]);
});

test('a change whose flush fails is Unavailable and says that its outcome is not known', async () => {
  const { store, databaseUrl } = await testCluster();
  const connect = async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };
  const [holder, observer] = [await connect(), await connect()];
  await store.services.create(request(), service('svc'));
  await holder.query('BEGIN; SELECT 1 FROM revision_counter FOR UPDATE');
  const ctx = request({ idempotency: { key: 'k', method: 'POST', path: '/services', fingerprint: 'f' } });
  const doubtful = store.services.create(ctx, service('doubtful')).catch((error: unknown) => error);
  const activity = (where: string, what = '1') =>
    observer.query(`SELECT ${what} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where}`);
  const FLUSHING = "query LIKE '%pg_logical_emit_message%'";
  await eventually('the change waits for its revision', async () => (await activity("wait_event_type = 'Lock'")).rowCount === 1, PATIENCE);
  expect((await activity(FLUSHING, 'pg_terminate_backend(pid)')).rowCount).toBe(1);
  await eventually('nobody flushes', async () => (await activity(FLUSHING)).rowCount === 0, PATIENCE);
  await holder.query('ROLLBACK');
  expect(await doubtful).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('it may be done, or not') });
  expect(await store.services.create(ctx, service('doubtful'))).toMatchObject({ replayed: true });
});
