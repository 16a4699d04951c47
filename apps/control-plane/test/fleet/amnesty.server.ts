import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise } from '@weft/store';
import { eventually } from '@weft/testing';
import { freshDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';
import { Heartbeats } from './heartbeats.ts';

const GRACE_SECONDS = 5;

let database: TestDatabase;
let program: Program;
let plane: PlaneProcess;
let nodes: [JoinedNode, JoinedNode, JoinedNode];

beforeAll(async () => {
  database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  program = await bundleProgram();
  const settings = { WEFT_HEARTBEAT_SECONDS: '1', WEFT_SWEEP_SECONDS: '1' };
  plane = await program.serve({ ...settings, DATABASE_URL: database.url, REDIS_URL: await freshRedis() });
  await plane.api.ok('PATCH /cluster', { headers: { 'If-Match': '*' }, body: { notReadyAfterSeconds: GRACE_SECONDS } });
  nodes = [await joinNode(plane.api, 'x'), await joinNode(plane.api, 'y'), await joinNode(plane.api, 'z')];
});
afterAll(async () => {
  await program?.remove();
  await database?.drop();
});

const lost = async () => (await plane.api.ok('GET /audit-events?operation=nodeLost')).body.items;

it('gives nobody up for one full grace after the control plane itself was away', { timeout: 120_000 }, async () => {
  const [one, two, three] = nodes;
  const heartbeats = new Heartbeats(() => plane.api);
  heartbeats.begin(one, two, three);
  // The first look at a new database is a gap as well: amnesty until its grace is over.
  await sleep((GRACE_SECONDS + 1) * 1000);
  await plane.kill();
  // The time during which nobody could be heard of is what this is about.
  await sleep((GRACE_SECONDS + 1) * 1000);
  heartbeats.end(three);
  await plane.restart();
  const resumed = performance.now();
  await eventually('the silent one to be given up', async () => (await lost()).length > 0, { withinMs: 30_000, everyMs: 50 });
  expect(performance.now() - resumed).toBeGreaterThan((GRACE_SECONDS - 1) * 1000);
  expect((await lost()).map((event: { object: { id: string } }) => event.object.id)).toEqual([three.id]);
  heartbeats.endAll();
});
