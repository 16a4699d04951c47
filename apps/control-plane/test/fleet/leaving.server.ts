import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

const ANYTHING = { 'If-Match': '*' };

let plane: Plane;
let node: JoinedNode;
let other: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  [node, other] = [await joinNode(plane.api, 'leaving'), await joinNode(plane.api, 'staying')];
});
afterAll(() => plane.stop());

const drainOf = async ({ id }: JoinedNode) => (await plane.api.ok(`GET /nodes/${id}`)).body.status.drain;
const podOn = async ({ name }: JoinedNode, pod: string) => (await plane.api.ok('POST /pods', { body: { name: pod, node: name } })).body.id;

it('drains a node: answers at once, tells how far it is, and goes on when all have acknowledged', async () => {
  const pod = await podOn(node, 'going');
  await Promise.all([node.apply(), other.apply()]);
  const begun = await plane.api.ok(`POST /nodes/${node.id}/drain`, { body: {}, headers: { 'X-Request-Id': 'patch-day' } });
  expect({ status: begun.status, drain: begun.body.status.drain.phase, cordoned: begun.body.cordoned }).toEqual({
    status: 202,
    drain: 'Withdrawing',
    cordoned: true,
  });
  const again = await plane.api.ok(`POST /nodes/${node.id}/drain`, { body: {} });
  expect([again.status, again.body.generation]).toEqual([202, begun.body.generation]);
  // No service selects the pod, so nobody has anything to acknowledge: it may go at once.
  await eventually('the pod to be gone', async () => (await plane.api.send(`GET /pods/${pod}`)).status === 404);
  await eventually(
    'its end to be noted',
    async () => (await plane.api.ok('GET /audit-events?requestId=patch-day')).body.items.length === 4,
  );
  expect(await drainOf(node)).toMatchObject({ phase: 'Evicting', podsLeft: 0, waitingFor: [node.name] });
  await node.apply();
  expect(await drainOf(node)).toMatchObject({ phase: 'Drained' });
  await plane.api.ok(`PATCH /nodes/${node.id}`, { headers: ANYTHING, body: { cordoned: false } });
  expect(await drainOf(node)).toBeNull();
});

it.each([{ graceSeconds: -1 }, { graceSeconds: 3601 }, { waitSeconds: 1.5 }, { force: true }])('refuses a drain with %j', async (body) => {
  expect((await plane.api.send(`POST /nodes/${node.id}/drain`, { body })).status).toBe(422);
});

it('goes on with a drain after the process that began it is gone', async () => {
  const idle = await startPlane({ WEFT_SWEEP_SECONDS: '300' });
  try {
    const alone = await joinNode(idle.api, 'alone');
    await idle.api.ok('POST /pods', { body: { name: 'orphan', node: alone.name } });
    await alone.apply();
    await idle.api.ok(`POST /nodes/${alone.id}/drain`, { body: {} });
    await alone.apply();
    const replica = await idle.replica({ WEFT_SWEEP_SECONDS: '1' });
    await eventually('the pod to be gone', async () => (await idle.api.ok('GET /pods')).body.items.length === 0);
    await replica.stop();
  } finally {
    await idle.stop();
  }
});

it('removes a node with all it holds only by force, and tells its credential so from then on, whatever it asks', async () => {
  const gone = await joinNode(plane.api, 'burnt');
  await podOn(gone, 'lost');
  const refused = await plane.api.send(`DELETE /nodes/${gone.id}`, { headers: ANYTHING });
  expect([refused.status, refused.body.code]).toEqual([409, 'InUse']);
  expect((await plane.api.ok(`DELETE /nodes/${gone.id}?force=true`, { headers: ANYTHING })).status).toBe(204);
  expect((await plane.api.ok('GET /pods')).body.items).toEqual([]);
  const { token, session, facts } = gone;
  for (const [request, body] of [
    ['GET /node-agent/desired', undefined],
    ['PUT /node-agent/lease', { session }],
    ['PUT /node-agent/session', { facts }],
    ['GET /nodes', undefined],
  ] as const) {
    const answer = await plane.api.send(request, { token, body });
    expect({ request, status: answer.status, code: answer.body.code, pointer: answer.body.errors[0]?.pointer }).toEqual({
      request,
      status: 410,
      code: 'NodeRemoved',
      pointer: `/nodes/${gone.id}`,
    });
  }
  // Who never had a credential learns nothing.
  expect((await plane.api.send('GET /node-agent/desired', { token: 'weft_node_guessed' })).body.code).toBe('Unauthenticated');
});

it('is ready without Redis, and not while it goes down', async () => {
  const replica = await plane.replica({ REDIS_URL: 'redis://127.0.0.1:1', WEFT_LEAVE_SECONDS: '2' });
  expect((await replica.api.send('GET /readyz')).status).toBe(200);
  await replica.api.ok('POST /namespaces', { body: { name: 'without-redis' } });
  const stopping = replica.stop();
  const leaving = await replica.api.send('GET /readyz');
  expect([leaving.status, leaving.body.code]).toEqual([503, 'Unavailable']);
  expect(Number(leaving.headers.get('retry-after'))).toBeGreaterThan(0);
  // What is sent all the same is answered.
  expect((await replica.api.send('GET /namespaces')).status).toBe(200);
  expect((await replica.api.send('GET /livez')).status).toBe(200);
  await stopping;
});
