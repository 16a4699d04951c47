import { createClient } from '@weft/sdk';
import { expect, it } from 'vitest';
import { eventsSince, newestEvents } from '../../src/events/read-events.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 8, 0, seconds)).toISOString();

const receipt = (number: number) => ({
  id: `rcpt_${number}`,
  receivedAt: at(number),
  node: 'node-1',
  cause: 'change',
  outcome: 'applied',
  message: '',
  steps: [],
  durationMs: 1,
  toRevision: number,
});
const drift = {
  id: 'drift_1',
  lastAt: at(0),
  node: 'node-1',
  process: null,
  outcome: 'repaired',
  changes: [],
  moreChanges: 0,
  message: '',
};

/** An API with 2,500 receipts, newest first, and one drift event that is older than all of them. */
async function fetch({ url }: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(url);
  if (pathname === '/drift-events') return Response.json({ items: [drift], nextCursor: null });
  if (pathname !== '/receipts') return Response.json({ items: [], nextCursor: null });
  const [from, limit] = [Number(searchParams.get('cursor') ?? 0), Number(searchParams.get('limit'))];
  const items = Array.from({ length: Math.min(limit, 2500 - from) }, (_, index) => receipt(2500 - from - index));
  return Response.json({ items, nextCursor: from + limit < 2500 ? `${from + limit}` : null });
}

const client = createClient({ url: 'http://weft.test', token: 't', fetch });

it('reads the newest of all records together', async () => {
  expect((await newestEvents(client, {}, 2)).map(({ id }) => id)).toEqual(['rcpt_2499', 'rcpt_2500']);
});

it('reads all of them since a time, also what is rare among what is not', async () => {
  const all = await eventsSince(client, {}, at(0), new AbortController().signal);
  expect(all).toHaveLength(2501);
  expect(all[0]?.id).toBe('drift_1');
});
