import { type AuditEvent, DEFAULT_NETWORK, type Pod, type Service } from '@weft/model';
import { initialise, openStore } from '@weft/store';
import { eventually } from '@weft/testing';
import { freshDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer, Sending } from './harness/api.ts';
import { joinNode } from './harness/executor.ts';
import { bundleProgram, type PlaneProcess, type Program } from './harness/processes.ts';

const CLIENTS = 20;
/** Creations and deletions together: 500 mutations. */
const OBJECTS = 400;
const DELETED = 100;
const KILLS = 6;

let database: TestDatabase;
let program: Program;
let replicas: PlaneProcess[];

beforeAll(async () => {
  database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  program = await bundleProgram();
  const environment = { DATABASE_URL: database.url, REDIS_URL: await freshRedis() };
  replicas = await Promise.all([program.serve(environment), program.serve(environment)]);
});
afterAll(async () => {
  await program?.remove();
  await database?.drop();
});

/** Sends a request, to the replicas in turn, until one lives long enough to answer. Says how often none did. */
async function insist(request: string, sending: Sending): Promise<{ readonly answer: Answer; readonly unanswered: number }> {
  for (let unanswered = 0; ; unanswered++) {
    const replica = replicas[unanswered % 2];
    const answer = await replica?.api.send(request, sending).catch((error: unknown) => {
      // fetch: the connection was refused or broke. Anything else is an answer that should not have been.
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (answer && answer.status !== 503) return { answer, unanswered };
  }
}

it('has everything that was acknowledged exactly once, however often its processes are killed', { timeout: 300_000 }, async () => {
  const store = openStore({ databaseUrl: database.url, connections: 2 });
  const { name: node } = await joinNode((replicas[0] as PlaneProcess).api, 'killed');
  const { revision: start } = await store.history.position();
  const acknowledged = new Map<string, Pod | Service>();
  const deleted = new Set<string>();
  let next = 0;
  let unanswered = 0;
  const client = async () => {
    while (next < OBJECTS) {
      const name = `object-${next++}`;
      const body =
        next % 3 === 0 ? { name, type: 'NodePort', selector: { app: 'a' }, ports: [{ port: 80 }] } : { name, node, labels: { app: 'a' } };
      const path = next % 3 === 0 ? '/services' : '/pods';
      const created = await insist(`POST ${path}`, { body, headers: { 'Idempotency-Key': name, 'X-Request-Id': name } });
      expect(created.answer.status).toBe(201);
      acknowledged.set(name, created.answer.body);
      unanswered += created.unanswered;
      if (deleted.size >= DELETED || next % 3 !== 1) continue;
      deleted.add(name);
      const { answer } = await insist(`DELETE ${path}/${created.answer.body.id}`, { headers: { 'If-Match': '*', 'X-Request-Id': name } });
      // Nobody may have told that it was done.
      expect([204, 404]).toContain(answer.status);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  // One after the other, so that there is one to go to: each in the middle of the work that is still to be done.
  for (let kill = 1; kill <= KILLS; kill++) {
    const due = Math.floor((OBJECTS * (kill - Math.random())) / KILLS);
    await eventually(`${due} objects`, () => acknowledged.size >= due, { withinMs: 120_000, everyMs: 5 });
    await replicas[kill % 2]?.restart();
  }
  await clients;
  expect(unanswered).toBeGreaterThan(0);

  const all = { limit: 1000, cursor: null };
  const [pods, services] = [(await store.pods.list(all)).items, (await store.services.list(all)).items];
  expect(acknowledged.size).toBe(OBJECTS);
  const ids = new Map([...pods, ...services].map(({ name, id }) => [name, id]));
  expect(ids).toEqual(new Map([...acknowledged].flatMap(([name, { id }]) => (deleted.has(name) ? [] : [[name, id] as const]))));
  expect(pods.length + services.length).toBe(OBJECTS - DELETED);
  for (const service of services) expect(service.status.endpoints.total).toBe(pods.length);

  const { items: pools } = await store.pools.list(all);
  expect(pools.reduce((sum, pool) => sum + pool.addresses.allocated, 0)).toBe(OBJECTS - DELETED);
  // One revision, and so one record of who asked, for each mutation.
  const { items: audit } = await store.audit.list(all);
  const asked = audit.filter(({ revision, actor }: AuditEvent) => revision > start && actor.kind === 'user');
  const requested = asked.map(({ requestId }) => requestId);
  expect(requested.sort()).toEqual([...acknowledged.keys(), ...deleted].sort());
  await store.close();
});
