import { DEFAULT_NETWORK } from '@weft/model';
import { createDatabase, dropDatabase, initialise, siblingDatabase } from '@weft/store';
import { freshDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinNode } from '../harness/executor.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';

let database: TestDatabase;
let program: Program;
let environment: { DATABASE_URL: string; REDIS_URL: string };
let plane: PlaneProcess;

beforeAll(async () => {
  database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  program = await bundleProgram();
  environment = { DATABASE_URL: database.url, REDIS_URL: await freshRedis() };
  plane = await program.serve(environment);
});
afterAll(async () => {
  await program?.remove();
  await database?.drop();
});

const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1));
const service = (name: string) => ({ body: { name, ports: [{ port: 80 }] } });

it('after the restore of an older dump nodes start over and watchers are told to', { timeout: 120_000 }, async () => {
  const server = siblingDatabase(database.url, 'postgres');
  const dump = `${nameOf(database.url)}_dump`;
  const node = await joinNode(plane.api, 'restored');
  await plane.api.ok('POST /services', service('kept'));
  await node.apply();
  await plane.kill();
  await createDatabase(server, dump, nameOf(database.url));

  await plane.restart();
  const lost = (await plane.api.ok('POST /services', service('lost'))).body;
  await node.apply();
  const before = (await plane.api.ok('GET /cluster')).body;
  await plane.kill();
  await dropDatabase(server, nameOf(database.url));
  await createDatabase(server, nameOf(database.url), dump);
  await dropDatabase(server, dump);
  expect(await program.run('restored', environment)).toMatchObject({ code: 0 });
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
});
