import { DEFAULT_NETWORK } from '@weft/model';
import { initialise, openStore, type ReceiptQuery, type Store } from '@weft/store';
import { freshDatabase } from '@weft/testing/servers';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUSY, fillWithReceipts, LAST_AT, NODES, OBJECTS } from './many-receipts.ts';

const COUNT = process.env.WEFT_FAULTS === 'long' ? 1_000_000 : 100_000;
/** How often each question is asked, each time about something else. */
const ASKED = 25;
const P99_MS = 200;

let store: Store;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await freshDatabase();
  drop = database.drop;
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await fillWithReceipts(sql, COUNT);
  await sql.end();
  store = openStore({ databaseUrl: database.url });
}, 600_000);
afterAll(async () => {
  await store.close();
  await drop();
});

/** Seconds before the last receipt, as a time. */
const before = (seconds: number) => new Date(LAST_AT - seconds * 1000).toISOString();
/** The page that ends before a serial. */
const cursorAt = (serial: number) => Buffer.from(String(serial)).toString('base64url');

/** Questions that operators ask, for the nth time: about another node, object or hour each. */
const QUESTIONS: Readonly<Record<string, (nth: number) => Partial<ReceiptQuery>>> = {
  'the newest': () => ({}),
  'a page from the middle': (nth) => ({ cursor: cursorAt(Math.floor((COUNT * (nth + 1)) / (ASKED + 1))) }),
  'of a node': (nth) => ({ node: `node-${nth % NODES}` }),
  'of a node, from the middle': (nth) => ({ node: `node-${nth % NODES}`, cursor: cursorAt(Math.floor(COUNT / 2)) }),
  'of an object': (nth) => ({ object: `svc_${(nth * 37) % OBJECTS}` }),
  'of an object on a node': (nth) => ({ object: `svc_${(nth * 37) % OBJECTS}`, node: `node-${nth % NODES}` }),
  'of somebody who asks for most': () => ({ actor: 'ci' }),
  'of somebody who asks for little': (nth) => ({ actor: `person${nth}` }),
  'of somebody who was busy once': () => ({ actor: 'release' }),
  'of somebody who was busy once, the last': () => ({ actor: 'release', cursor: cursorAt((BUSY.from + 1) * NODES + 10) }),
  'that failed, of somebody who was busy once': () => ({ actor: 'release', outcome: 'failed' }),
  'of nobody': (nth) => ({ actor: `nobody${nth}` }),
  'of a request': (nth) => ({ requestId: `req_${1 + nth * 61}` }),
  'of an hour long ago': (nth) => ({ since: before(COUNT * 0.9 - nth * 3600), until: before(COUNT * 0.9 - (nth + 1) * 3600) }),
  'of the beginning': () => ({ until: before(COUNT - 3600) }),
  'that failed': () => ({ outcome: 'failed' }),
  'that failed on a node': (nth) => ({ outcome: 'failed', node: `node-${nth % NODES}` }),
  'that undid drift on a node, long ago': (nth) => ({ cause: 'drift', node: `node-${nth % NODES}`, until: before(COUNT * 0.8) }),
};

/** Milliseconds of one answer: the best of five, as whatever else the machine does is not meant. */
async function took(query: Partial<ReceiptQuery>): Promise<number> {
  const times = [];
  for (let time = 0; time < 5; time++) {
    const begin = performance.now();
    await store.receipts.list({ limit: 100, cursor: null, ...query });
    times.push(performance.now() - begin);
  }
  return Math.min(...times);
}

test.each(Object.entries(QUESTIONS))(
  `of ${COUNT} receipts, a page of those %s is there in time`,
  { timeout: 120_000 },
  async (what, question) => {
    const times = [];
    for (let nth = 0; nth < ASKED; nth++) times.push(await took(question(nth)));
    times.sort((a, b) => a - b);
    const [median = 0, p99 = 0] = [times[Math.floor(ASKED / 2)], times.at(-1)];
    if (process.env.WEFT_FIGURES) console.log(`${what.padEnd(40)} p50 ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    expect(p99).toBeLessThan(P99_MS);
  },
);

test('finds what was asked for, and all of it', async () => {
  const all = async (query: Partial<ReceiptQuery>) => (await store.receipts.list({ limit: 1000, cursor: null, ...query })).items;
  const ofRequest = await all({ requestId: 'req_7' });
  expect(ofRequest.map(({ node }) => node).sort()).toEqual(Array.from({ length: NODES }, (_, n) => `node-${n}`).sort());
  expect(ofRequest[0]?.steps[0]?.input).toBe('text 7');
  const ofBusy = await all({ actor: 'release', object: `svc_${BUSY.from}` });
  expect(ofBusy.map(({ node }) => node).sort()).toEqual(ofRequest.map(({ node }) => node).sort());
  const hour = await all({ since: before(9000), until: before(9000 - 600) });
  expect(hour).toHaveLength(600);
  expect(await all({ node: 'node-1', outcome: 'failed', object: 'svc_1', until: before(COUNT) })).toEqual([]);
});
