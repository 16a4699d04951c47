import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let node: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
});
afterAll(() => plane.stop());

const ANYTHING = { 'If-Match': '*' };

/** A pod that nobody gives more time than it asks for. */
async function podNamed(name: string): Promise<string> {
  return (await plane.api.ok('POST /pods', { body: { name, node: node.name } })).body.id;
}

it('answers 202 with the pod while it goes, and 204 once it is gone', async () => {
  const id = await podNamed('patient');
  const going = await plane.api.ok(`DELETE /pods/${id}?gracePeriodSeconds=600`, { headers: ANYTHING });
  expect(going.status).toBe(202);
  expect(going.body.status).toMatchObject({ phase: 'Terminating', terminatesAt: expect.stringMatching(/Z$/) });
  expect((await plane.api.ok(`GET /pods/${id}`)).headers.get('etag')).toBe(going.headers.get('etag'));
  const again = await plane.api.ok(`DELETE /pods/${id}?gracePeriodSeconds=700`, { headers: ANYTHING });
  expect({ status: again.status, body: again.body }).toEqual({ status: 202, body: going.body });
  const stale = await plane.api.send(`DELETE /pods/${id}?gracePeriodSeconds=0`, { headers: { 'If-Match': '"elsewhere.1"' } });
  expect(stale.status).toBe(412);
  const gone = await plane.api.ok(`DELETE /pods/${id}?gracePeriodSeconds=0`, { headers: { 'If-Match': going.headers.get('etag') ?? '' } });
  expect(gone.status).toBe(204);
  expect((await plane.api.send(`GET /pods/${id}`)).status).toBe(404);
});

it.each(['3601', '-1', 'soon'])('refuses a grace period of %s', async (seconds) => {
  const answer = await plane.api.send(`DELETE /pods/pod_0?gracePeriodSeconds=${seconds}`, { headers: ANYTHING });
  expect({ status: answer.status, pointer: answer.body.errors[0].pointer }).toEqual({ status: 422, pointer: 'query/gracePeriodSeconds' });
});

it('ends a pod whose time is over, tells its node, and says who asked for it', async () => {
  await plane.hinted(node.name);
  const id = await podNamed('brief');
  const requestId = 'brief-goes';
  await plane.api.ok(`DELETE /pods/${id}?gracePeriodSeconds=1`, { headers: { ...ANYTHING, 'X-Request-Id': requestId } });
  expect((await plane.api.ok('GET /node-agent/desired', { token: node.token })).body.pods).toMatchObject([{ id }]);
  await eventually('the pod is gone', async () => (await plane.api.send(`GET /pods/${id}`)).status === 404);
  const events = (await plane.api.ok(`GET /audit-events?requestId=${requestId}`)).body.items;
  expect(events).toMatchObject([
    { operation: 'podDelete', actor: { kind: 'system' }, after: null },
    { operation: 'podDelete', actor: { kind: 'user', name: 'admin' }, after: { status: { phase: 'Terminating' } } },
  ]);
  await plane.hinted(node.name, events[0].revision);
  expect((await plane.api.ok('GET /node-agent/desired', { token: node.token })).body.pods).toEqual([]);
});

it('ends a pod whose time was over before the process started that ends it', async () => {
  const idle = await startPlane({ WEFT_SWEEP_SECONDS: '300' });
  try {
    const other = await joinNode(idle.api, 'node-a');
    const { id } = (await idle.api.ok('POST /pods', { body: { name: 'orphan', node: other.name, terminationGracePeriodSeconds: 1 } })).body;
    expect((await idle.api.ok(`DELETE /pods/${id}`, { headers: ANYTHING })).status).toBe(202);
    const replica = await idle.replica({ WEFT_SWEEP_SECONDS: '1' });
    await eventually('the pod is gone', async () => (await idle.api.send(`GET /pods/${id}`)).status === 404);
    await replica.stop();
  } finally {
    await idle.stop();
  }
});
