import { randomBytes } from 'node:crypto';
import { createDatabase, dropDatabase, migrate, siblingDatabase } from '@weft/store';
import { emptyDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinNode } from '../harness/executor.ts';
import { buildPrevious } from '../harness/previous-program.ts';
import { bundleProgram, type Program } from '../harness/processes.ts';

const admin = randomBytes(24).toString('hex');
let current: Program;
let previous: Program;

beforeAll(async () => {
  [current, previous] = [await bundleProgram(admin), await buildPrevious(admin)];
}, 300_000);
afterAll(async () => {
  await previous?.remove();
  await current?.remove();
});

const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1));
const service = (name: string) => ({ body: { name, ports: [{ port: 80 }] } });

describe.each([
  ['this version', () => current],
  ['the version before', () => previous],
])('a dump that %s made', (_, maker) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database?.drop());

  it('has nodes start over when it is restored, and watchers told to', { timeout: 120_000 }, async () => {
    const environment = { DATABASE_URL: database.url, REDIS_URL: await freshRedis() };
    expect(await maker().run('migrate', environment)).toMatchObject({ code: 0 });
    const then = await maker().serve(environment);
    const server = siblingDatabase(database.url, 'postgres');
    const dump = `${nameOf(database.url)}_dump`;
    const node = await joinNode(then.api, 'restored');
    await then.api.ok('POST /services', service('kept'));
    await node.apply();
    await then.kill();
    await createDatabase(server, dump, nameOf(database.url));

    expect(await current.run('migrate', environment)).toMatchObject({ code: 0 });
    const plane = await current.serve(environment);
    const lost = (await plane.api.ok('POST /services', service('lost'))).body;
    const before = (await plane.api.ok('GET /cluster')).body;
    await plane.kill();
    await dropDatabase(server, nameOf(database.url));
    await createDatabase(server, nameOf(database.url), dump);
    await dropDatabase(server, dump);
    expect(await current.run('restored', environment)).toMatchObject({ code: 0 });
    await plane.restart();

    // The revisions of before are given out again, for other changes.
    const other = (await plane.api.ok('POST /services', service('other'))).body;
    expect(other.revision).toBeLessThanOrEqual(lost.revision);
    const after = (await plane.api.ok('GET /cluster')).body;
    expect(after.epoch).not.toBe(before.epoch);
    const pull = await plane.api.ok(`GET /node-agent/desired?epoch=${before.epoch}&since=${before.revision}`, { token: node.token });
    expect(pull.body).toMatchObject({ kind: 'snapshot', epoch: after.epoch, revision: after.revision });
    expect(pull.body.services.map(({ name }: { name: string }) => name).sort()).toEqual(['kept', 'other']);
    for (const position of [`${before.epoch}.${before.revision}`, `${before.epoch}.1`]) {
      const watch = await plane.api.send(`GET /services?watch=true&since=${position}`);
      expect([watch.status, watch.body.code]).toEqual([410, 'Expired']);
    }
    // What the node has applied of the other epoch says nothing.
    expect((await plane.api.ok(`GET /nodes/${node.id}`)).body.status.appliedRevision).toBe(0);
    const stale = await plane.api.send(`PATCH /services/${other.id}`, {
      headers: { 'If-Match': `"${before.epoch}.1"` },
      body: { labels: {} },
    });
    expect(stale.status).toBe(412);
    // What is from now on is known, whatever the maker of the dump recorded.
    const rules = await plane.api.ok(`GET /nodes/${node.id}/rules?revision=${after.revision}&limit=1`);
    expect(rules.body.items).toHaveLength(1);
  });
});

it.each([
  ['nothing', false],
  ['a schema and no cluster', true],
])('a database with %s in it was not restored, and does not become a cluster', async (_, migrated) => {
  const database = await emptyDatabase();
  try {
    if (migrated) await migrate({ databaseUrl: database.url });
    const { code, stderr } = await current.run('restored', { DATABASE_URL: database.url, REDIS_URL: await freshRedis() });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was restored into it') });
  } finally {
    await database.drop();
  }
});
