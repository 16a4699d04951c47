import type { Store } from '@weft/store';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, endpoint, request, service, testCluster } from './support/cluster.ts';

/** A year in which nothing was written: that of what stands in for a stamp. */
const FAR = /"(9\d{3}-|\+)/;

interface Recorded {
  readonly revision: string;
  readonly object: { readonly revision: number; readonly updatedAt: string; readonly dataplaneRevision?: number | null };
  readonly type: string;
  readonly at: Date;
}

async function sqlOn(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Makes an endpoint, changes it twice and deletes it. */
async function life(store: Store, key: string | null) {
  const ctx = (n: number) =>
    request(key === null ? {} : { idempotency: { key: `${key}-${n}`, method: 'POST', path: `/${n}`, fingerprint: String(n) } });
  const made = await store.endpoints.create(ctx(1), endpoint('svc', '203.0.113.9'));
  const { id } = made.object;
  const heavier = await store.endpoints.update(ctx(2), id, 'any', { weight: 9 });
  const going = await store.endpoints.update(ctx(3), id, 'any', { terminating: true });
  return [made, heavier, going, await store.endpoints.delete(ctx(4), id, 'any')];
}

test.each([null, 'a-key'])(
  'what is written ahead of its stamp is recorded, answered and told as at it; idempotency key: %s',
  async (key) => {
    const { store, databaseUrl } = await testCluster();
    const node = await addNode(store, 'node-1');
    await store.services.create(request(), service('svc'));
    const before = (await store.cluster.get()).revision;
    const commits = await life(store, key);
    expect(commits.map(({ revision }) => revision)).toEqual([1, 2, 3, 4].map((n) => before + n));
    expect(commits.map(({ object }) => object.revision)).toEqual([1, 2, 3, 3].map((n) => before + n));
    const sql = await sqlOn(databaseUrl);
    const { rows } = await sql.query<Recorded>('SELECT revision, object, type, at FROM object_version WHERE revision > $1', [before]);
    expect(rows).toHaveLength(8);
    for (const { revision, object, type, at } of rows.filter((row) => row.type !== 'DELETED'))
      expect({ type, revision: object.revision, at: object.updatedAt }).toEqual({ type, revision: Number(revision), at: at.toISOString() });
    const { items } = await store.audit.list({ limit: 4, cursor: null });
    expect(items.map(({ after }) => (after as { revision: number } | null)?.revision ?? null).reverse()).toEqual([
      before + 1,
      before + 2,
      before + 3,
      null,
    ]);
    for (const table of ['object_version', 'change', 'desired_version', 'endpoint', 'service'])
      expect(JSON.stringify((await sql.query(`SELECT * FROM ${table}`)).rows), table).not.toMatch(FAR);
    const { endpoints, services } = await sql
      .query(
        'SELECT (SELECT count(*)::int FROM endpoint) AS endpoints, (SELECT array_agg(ARRAY[endpoints_ready, endpoints_total]) FROM service) AS services',
      )
      .then((result) => result.rows[0]);
    expect({ endpoints, services }).toEqual({ endpoints: 0, services: [[0, 0]] });
    expect((await store.agent.pull(node.id, { epoch: (await store.cluster.get()).epoch, revision: before })).services).toMatchObject([
      { name: 'svc', revision: before + 4 },
    ]);
  },
);

test('endpoints of one service that come and go at once are all counted', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  await store.services.create(request(), service('svc'));
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (replicas[n % 2] ?? store).endpoints.create(request(), endpoint('svc', `203.0.113.${n + 1}`))),
  );
  await Promise.all(
    made.map(({ object: { id } }, n) =>
      n % 2 === 0 ? store.endpoints.delete(request(), id, 'any') : store.endpoints.update(request(), id, 'any', { ready: n % 4 === 1 }),
    ),
  );
  const [object] = (await store.services.list({ limit: 1, cursor: null })).items;
  expect(object?.status.endpoints).toEqual({ ready: 5, total: 10 });
});

test('an endpoint that is there already is refused, and leaves nothing', async () => {
  const { store } = await testCluster();
  await store.services.create(request(), service('svc'));
  await store.endpoints.create(request(), endpoint('svc', '203.0.113.9'));
  const { revision } = await store.cluster.get();
  await expect(store.endpoints.create(request(), endpoint('svc', '203.0.113.9'))).rejects.toMatchObject({ code: 'AddressTaken' });
  expect((await store.cluster.get()).revision).toBe(revision);
});
