import { TraceCreate, type TraceStatus } from '@weft/model';
import pg from 'pg';
import { expect, test } from 'vitest';
import { request, testCluster } from './support/cluster.ts';

const SPEC = TraceCreate.parse({ from: { node: 'node-1' }, to: { address: '203.0.113.9' }, port: 443, timeoutSeconds: 60 });
const status: TraceStatus = { phase: 'Done', verdict: 'reachable', why: null, hops: [], notes: [] };

test('a trace has failed when nobody says any more that he follows it, however long it has; what it found stays', async () => {
  const { store, databaseUrl } = await testCluster();
  const { object } = await store.traces.create(request(), SPEC);
  const phase = async () => (await store.traces.get(object.id)).status.phase;
  expect(await phase()).toBe('Running');
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  const letTimePass = () => sql.query(`UPDATE trace SET followed_at = followed_at - interval '11 seconds'`);
  await letTimePass();
  expect((await store.traces.get(object.id)).status).toMatchObject({ phase: 'Failed', why: expect.stringContaining('has ended') });
  await store.traces.follow(object.id);
  expect(await phase()).toBe('Running');
  await store.traces.end(object.id, status);
  await letTimePass();
  await sql.end();
  expect(await phase()).toBe('Done');
});
