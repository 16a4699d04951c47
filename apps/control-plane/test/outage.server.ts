import { eventually } from '@weft/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sending } from './harness/api.ts';
import { type Gate, gateTo } from './harness/gate.ts';
import { type Plane, type Replica, startPlane } from './harness/plane.ts';

let plane: Plane;
let gate: Gate;
let replica: Replica;

beforeAll(async () => {
  plane = await startPlane();
  gate = await gateTo(plane.databaseUrl);
  replica = await plane.replica({ DATABASE_URL: gate.url });
});
afterAll(async () => {
  await replica.stop();
  await gate.remove();
  await plane.stop();
});

const service = (name: string) => ({ body: { name, ports: [{ port: 80 }] } });

it('says that it cannot answer while the database is away, and answers again when it is back', async () => {
  await replica.api.ok('POST /services', service('before'));
  await gate.shut();
  for (const request of ['GET /services', 'POST /services', 'GET /readyz']) {
    const { status, body, headers } = await replica.api.send(request, request.startsWith('POST') ? service('while') : {});
    expect({ request, status, code: body.code }).toEqual({ request, status: 503, code: 'Unavailable' });
    expect(body.retryable).toBe(true);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/prisma|PGSQL|ECONN|socket/i);
  }
  expect((await replica.api.send('GET /livez')).status).toBe(200);
  await gate.open();
  await eventually('an answer', async () => (await replica.api.send('GET /services')).status === 200);
  const names = (await replica.api.ok('GET /services')).body.items.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['before']);
});

/** Longest time to an answer: what docs/howto/nodes.md says. */
const ANSWERED_WITHIN_MS = 30_000;

it('says so in time when the database falls silent, also in the middle of a change, and answers when it speaks again', {
  timeout: 180_000,
}, async () => {
  const held = new pg.Client({ connectionString: plane.databaseUrl });
  await held.connect();
  await held.query("SELECT pg_advisory_lock(hashtextextended('namespace:default', 0))");
  const since = performance.now();
  const ask = async (request: string, sending: Sending) => {
    const { status, body, headers } = await replica.api.send(request, sending);
    return { request, status, code: body.code, again: headers.has('retry-after'), inTime: performance.now() - since < ANSWERED_WITHIN_MS };
  };
  const begun = ask('POST /services', service('begun'));
  const waits = `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()`;
  await eventually('the change to wait', async () => (await held.query(waits)).rowCount === 1);
  gate.hold();
  await held.end();
  const answers = [begun, ask('GET /services', {}), ask('POST /services', service('new')), ask('GET /readyz', {})];
  for (const answer of await Promise.all(answers))
    expect(answer).toEqual({ request: answer.request, status: 503, code: 'Unavailable', again: true, inTime: true });
  gate.release();
  await eventually('an answer', async () => (await replica.api.send('GET /services')).status === 200, { withinMs: 60_000 });
});

it('keeps a watch through the outage', async () => {
  const response = await fetch(`${replica.api.url}/services?watch=true`, { headers: { Authorization: `Bearer ${plane.admin}` } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  const until = async (text: string) => {
    while (!seen.includes(text)) seen += (await reader?.read())?.value ?? '';
  };
  await until('"synced":true');
  await gate.shut();
  await plane.api.ok('POST /services', service('unseen'));
  await gate.open();
  await until('"name":"unseen"');
  await reader?.cancel();
});
