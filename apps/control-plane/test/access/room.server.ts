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

/** How long a heartbeat may take, in ms: the time between two. Behind people's requests it would fail, when no connection was free for 10 s. */
const PROMPT_MS = 10_000;

/** Requests of one token that are under way at the same time (admission.ts). */
const SHARE = 256;

/** Makes everybody who creates something in the namespace `default` wait, until the answer is called. */
async function holdUp(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: plane.databaseUrl });
  await client.connect();
  await client.query("SELECT pg_advisory_lock(hashtextextended('namespace:default', 0))");
  return () => client.end();
}

/** One pull and one report. */
async function beatPromptly(): Promise<void> {
  const before = performance.now();
  await node.apply();
  expect(performance.now() - before).toBeLessThan(PROMPT_MS);
}

it('keeps nodes going while people have filled every connection to the database, and the room of a token', async () => {
  const { token } = await makeToken(plane, { name: 'busy', role: 'operator' });
  // Once it has been let in it is no stranger.
  await plane.api.ok('GET /whoami', { token });
  const release = await holdUp();
  const answers: Answer[] = [];
  const flood = Array.from({ length: SHARE + 50 }, async (_, at) => {
    answers.push(await plane.api.send('POST /pods', { token, body: { name: `flood-${at}` } }));
  });
  await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(50);
  expect(new Set(answers.map(({ status, body, headers }) => `${status} ${body.code} ${headers.get('retry-after')}`))).toEqual(
    new Set(['429 TooManyRequests 1']),
  );
  for (let beat = 0; beat < 10; beat++) await beatPromptly();
  // Another person finds no connection; nodes have some that nobody else gets.
  expect(answers.length).toBe(50);
  await release();
  await Promise.all(flood);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(SHARE);
});

it('keeps nodes going while people ask as fast as they can', async () => {
  const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((name) => makeToken(plane, { name: `keen-${name}`, role: 'viewer' })));
  const enough = new AbortController();
  const keen = tokens.flatMap(({ token }) =>
    Array.from({ length: 5 }, async () => {
      let answered = 0;
      for (; !enough.signal.aborted; answered++) expect((await plane.api.send('GET /pods?limit=100', { token })).status).toBe(200);
      return answered;
    }),
  );
  try {
    for (let beat = 0; beat < 10; beat++) await beatPromptly();
  } finally {
    enough.abort();
  }
  const answered = (await Promise.all(keen)).reduce((sum, one) => sum + one, 0);
  expect(answered).toBeGreaterThan(20);
});

it('keeps nodes going while strangers try tokens at their door', async () => {
  const answers: Answer[] = [];
  const strangers = Array.from({ length: 1000 }, async (_, at) => {
    answers.push(await plane.api.send('GET /node-agent/desired', { token: `weft_node_made-up-${at}` }));
  });
  await beatPromptly();
  await Promise.all(strangers);
  await beatPromptly();
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(count(401) + count(429) + count(503)).toBe(1000);
  expect(count(401)).toBeLessThan(1000);
  // Those whom this replica knows are not taken for strangers; a new one waits a second.
  const { token } = await makeToken(plane, { name: 'new-here', role: 'viewer' });
  await expect.poll(async () => (await plane.api.send('GET /whoami', { token })).status, { timeout: 5000, interval: 500 }).toBe(200);
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
