import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../harness/api.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { makeToken } from './callers.ts';

let plane: Plane;
let node: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'beating');
  await node.apply();
});
afterAll(() => plane.stop());

/** How long a heartbeat may take while people wait, in ms: a small part of the 10 s between two, and far from what people's requests take then. */
const PROMPT_MS = 3000;

/** Requests of one token that are under way at the same time (admission.ts). */
const SHARE = 256;

/** Makes everybody who creates something in the namespace `default` wait, until the answer is called. */
async function holdUp(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: plane.databaseUrl });
  await client.connect();
  await client.query("SELECT pg_advisory_lock(hashtextextended('namespace:default', 0))");
  return () => client.end();
}

it('keeps nodes going while people have filled every connection to the database, and the room of a token', async () => {
  const { token } = await makeToken(plane, { name: 'busy', role: 'operator' });
  const release = await holdUp();
  const answers: Answer[] = [];
  const flood = Array.from({ length: SHARE + 50 }, async (_, at) => {
    answers.push(await plane.api.send('POST /pods', { token, body: { name: `flood-${at}` } }));
  });
  await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(50);
  expect(new Set(answers.map(({ status, body, headers }) => `${status} ${body.code} ${headers.get('retry-after')}`))).toEqual(
    new Set(['429 TooManyRequests 1']),
  );
  for (let beat = 0; beat < 10; beat++) {
    const before = performance.now();
    await node.apply();
    expect(performance.now() - before).toBeLessThan(PROMPT_MS);
  }
  // Another person finds no connection; nodes have some that nobody else gets.
  expect(answers.length).toBe(50);
  await release();
  await Promise.all(flood);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(SHARE);
});

it('keeps nodes going while people ask as fast as they can', async () => {
  const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((name) => makeToken(plane, { name: `keen-${name}`, role: 'viewer' })));
  let asking = true;
  const keen = tokens.flatMap(({ token }) =>
    Array.from({ length: 25 }, async () => {
      let answered = 0;
      for (; asking; answered++) expect((await plane.api.send('GET /pods?limit=100', { token })).status).toBe(200);
      return answered;
    }),
  );
  for (let beat = 0; beat < 10; beat++) {
    const before = performance.now();
    await node.apply();
    expect(performance.now() - before).toBeLessThan(PROMPT_MS);
  }
  asking = false;
  const answered = (await Promise.all(keen)).reduce((sum, one) => sum + one, 0);
  expect(answered).toBeGreaterThan(100);
});

it('lets a token send so many requests a second, and others theirs', async () => {
  const replica = await plane.replica({ WEFT_REQUESTS_PER_SECOND: '1' });
  const { token } = await makeToken(plane, { name: 'hasty', role: 'viewer' });
  const ask = (who = token) => replica.api.send('GET /whoami', { token: who });
  const answers: Answer[] = [];
  for (let at = 0; at < 8; at++) answers.push(await ask());
  const statuses = answers.map(({ status }) => status);
  expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
  expect(statuses).toContain(429);
  const refusal = answers.find(({ status }) => status === 429);
  expect([refusal?.body.code, refusal?.headers.get('retry-after')]).toEqual(['TooManyRequests', '1']);
  expect((await ask(plane.admin)).status).toBe(200);
  await expect.poll(async () => (await ask()).status, { timeout: 5000, interval: 300 }).toBe(200);
  await replica.stop();
});
