import type { DriftReport } from '@weft/model';
import { createClient, type Positioned, type WatchEvents, type WatchOptions, watch } from '@weft/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
let other: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
  other = await joinNode(plane.api, 'node-b');
});
afterAll(() => plane.stop());

const event = (id: string, changes: Partial<DriftReport> = {}): DriftReport => ({
  id: `drift_${id}`,
  firstAt: '2026-11-21T12:00:00.000Z',
  lastAt: '2026-11-21T12:00:00.000Z',
  count: 1,
  noticedBy: 'nft-monitor',
  process: { pid: 4711, name: 'nft' },
  policy: 'repair',
  outcome: 'standing',
  settledAt: null,
  durationMs: null,
  changes: [{ kind: 'nft', object: 'table ip weft', wanted: '12 chains', found: null }],
  moreChanges: 0,
  message: '',
  ...changes,
});
const tell = ({ session, token }: JoinedNode, standing: number, ...events: readonly DriftReport[]) =>
  plane.api.send('PUT /node-agent/drift', { token, body: { session, standing, events } });
const listed = async (query = '') => (await plane.api.ok(`GET /drift-events${query}`)).body.items as (DriftReport & { node: string })[];
const drifted = async () => {
  const { items } = (await plane.api.ok('GET /nodes')).body;
  return items
    .find(({ name }: { name: string }) => name === node.name)
    .status.conditions.find(({ type }: { type: string }) => type === 'Drifted');
};

it('keeps what nodes tell, newest first, by node and by time', async () => {
  expect((await tell(node, 0, event('1'), event('2'))).body).toEqual({ kept: 2 });
  await tell(other, 0, event('3'));
  expect((await listed()).map(({ id, node: name }) => [id, name])).toEqual([
    ['drift_3', other.name],
    ['drift_2', node.name],
    ['drift_1', node.name],
  ]);
  expect((await listed(`?node=${other.name}`)).map(({ id }) => id)).toEqual(['drift_3']);
  expect(await listed('?since=2099-01-01T00:00:00.000Z')).toEqual([]);
  const { body } = await plane.api.ok('GET /drift-events/drift_1');
  expect(body).toEqual({ ...event('1'), node: node.name, receivedAt: expect.any(String) });
});

it('keeps one event of what is told again, as it is known best', async () => {
  const repaired = event('1', { outcome: 'repaired', settledAt: '2026-11-21T12:00:05.000Z', durationMs: 5_000, count: 3 });
  await tell(node, 0, repaired);
  await tell(node, 0, event('1'));
  expect((await plane.api.ok('GET /drift-events/drift_1')).body).toMatchObject({ outcome: 'repaired', count: 3 });
  expect(await listed()).toHaveLength(3);
});

it('lets no node speak of another’s events, nor without its session', async () => {
  expect((await tell(other, 0, event('1', { count: 9, message: 'mine' }))).body).toEqual({ kept: 0 });
  expect((await plane.api.ok('GET /drift-events/drift_1')).body).toMatchObject({ node: node.name, message: '' });
  const stolen = await tell({ ...node, session: other.session }, 0);
  expect([stolen.status, stolen.body.code]).toEqual([409, 'StaleSession']);
});

it('shows on the node that something stands otherwise than it was left, and since when', async () => {
  expect(await drifted()).toBeUndefined();
  await tell(node, 2, event('4', { policy: 'observe' }));
  expect(await drifted()).toMatchObject({ status: 'True', reason: 'NotRepaired', message: expect.stringMatching(/^2 differences/) });
  const since = (await drifted()).lastTransitionTime;
  await tell(node, 3);
  expect((await drifted()).lastTransitionTime).toBe(since);
  await tell(node, 0);
  expect(await drifted()).toBeUndefined();
});

/** What a watch tells up to, and with, an event: its kind and, of drift, which and what became of it. */
async function watched(until: string, options: WatchOptions = {}): Promise<{ readonly told: string[]; readonly position: string | null }> {
  const stop = new AbortController();
  const told: string[] = [];
  const say = (one: Positioned<WatchEvents['/drift-events']>) =>
    one.type === 'BOOKMARK' ? 'synced' : `${one.type} ${one.object.id} ${one.object.outcome}`;
  for await (const one of watch(createClient({ url: plane.api.url, token: plane.admin }), '/drift-events', {
    ...options,
    signal: stop.signal,
  })) {
    told.push(say(one));
    if (told.at(-1) === until) return { told, position: one.position };
    if (one.type === 'BOOKMARK') await tell(node, 0, event('5'), event('6'));
  }
  return { told, position: null };
}

it('can be watched: what there is, then what is told, and on from where a watch was', async () => {
  const { told, position } = await watched('ADDED drift_6 standing', { query: { node: node.name } });
  expect(told.slice(told.indexOf('synced') - 1)).toEqual([
    'ADDED drift_1 repaired',
    'synced',
    'ADDED drift_5 standing',
    'ADDED drift_6 standing',
  ]);
  await tell(node, 0, event('5', { outcome: 'gone' }));
  await tell(other, 0, event('7'), event('8'));
  await tell(node, 0, event('6', { count: 2 }));
  await tell(node, 0, event('6', { count: 3, outcome: 'repaired' }));
  const resumed = await watched('MODIFIED drift_6 repaired', { since: position ?? '' });
  expect(resumed.told).toEqual(['MODIFIED drift_5 gone', 'ADDED drift_7 standing', 'ADDED drift_8 standing', 'MODIFIED drift_6 repaired']);
});

it('tells a watch of what was told through another replica', async () => {
  const replica = await plane.replica();
  const until = watched('ADDED drift_9 standing', { query: { node: other.name } });
  await replica.api.ok('PUT /node-agent/drift', {
    token: other.token,
    body: { session: other.session, standing: 0, events: [event('9')] },
  });
  expect((await until).told).toContain('ADDED drift_9 standing');
  await replica.stop();
});

it('knows no event that nobody told', async () => {
  expect((await plane.api.send('GET /drift-events/drift_nowhere')).status).toBe(404);
});
