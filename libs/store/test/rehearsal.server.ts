import { Rehearsed, type RequestContext } from '@weft/store';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, pod, request, service, testCluster } from './support/cluster.ts';

const SEED = '01kbk0000000000000000000ab';

const rehearsal = (expected: NonNullable<RequestContext['rehearsal']>['expected'] = null, changes: Partial<RequestContext> = {}) =>
  request({ ...changes, rehearsal: { seed: SEED, expected } });

/** What a change would do. Fails when it is committed. */
async function effectOf(change: Promise<unknown>) {
  const thrown = await change.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Rehearsed) return thrown.effect;
  throw thrown ?? new Error('the change was committed');
}

/** Every row of every table. */
async function everything(databaseUrl: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const contents: Record<string, unknown[]> = {};
  for (const { name } of tables) contents[name] = (await client.query(`SELECT * FROM "${name}" t ORDER BY t::text`)).rows;
  return contents;
}

const NODE_PORT = { type: 'NodePort', selector: { app: 'web' } } as const;

test('what is rehearsed leaves no row behind and uses nothing up', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object: web } = await store.pods.create(request(), pod('web', { labels: { app: 'web' } }));
  const before = await everything(databaseUrl);
  const key = { key: 'once', method: 'POST', path: '/services', fingerprint: 'f' };
  const created = await effectOf(store.services.create(rehearsal(null, { idempotency: key }), service('web', NODE_PORT)));
  expect(created.changes).toMatchObject([
    { operation: 'test', object: { kind: 'service', name: 'web' }, before: null, after: { name: 'web' } },
  ]);
  expect(created.desired).toMatchObject({ cluster: null, nodes: [], pods: [], services: [{ name: 'web' }], gone: [] });
  const removed = await effectOf(store.pods.delete(rehearsal(), web.id, 'any'));
  expect(removed.desired.gone).toEqual([web.id]);
  const cordoned = await effectOf(store.nodes.update(rehearsal(), node.id, 'any', { cordoned: true }));
  expect(cordoned.desired).toEqual({ cluster: null, nodes: [], pods: [], services: [], gone: [] });
  await expect(everything(databaseUrl)).resolves.toEqual(before);
});

test('what was rehearsed and is then committed is the same, with the same ids, addresses and node ports', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const { base, print, changes } = await effectOf(store.services.create(rehearsal(), service('web', NODE_PORT)));
  const { object } = await store.services.create(rehearsal({ base, print }), service('web', NODE_PORT));
  const { id, clusterIP, ports } = object;
  expect(changes).toMatchObject([{ object: { id }, after: { id, clusterIP, ports } }]);
});

test('nothing is committed when it would do something else, or when nodes had to know of something since', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const create = (expected: { base: number; print: string } | null) =>
    store.services.create(rehearsal(expected), service('web', NODE_PORT));
  const first = await effectOf(create(null));
  await store.namespaces.create(request(), { name: 'elsewhere', labels: {} });
  await store.services.create(request(), service('other', NODE_PORT));
  const second = await effectOf(create(first));
  expect(second.print).not.toBe(first.print);
  await store.pods.create(request(), pod('web'));
  const third = await effectOf(create(second));
  expect(third.print).toBe(second.print);
  await store.namespaces.create(request(), { name: 'nowhere', labels: {} });
  await expect(create(third)).resolves.toMatchObject({ object: { name: 'web' } });
});
