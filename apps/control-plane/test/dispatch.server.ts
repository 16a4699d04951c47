import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

it('wakes the nodes a change concerns at once', async () => {
  const unswept = await startPlane({ WEFT_SWEEP_SECONDS: '300' });
  const a = await joinNode(unswept.api, 'a');
  const b = await joinNode(unswept.api, 'b');
  await Promise.all([unswept.hinted(a.name), unswept.hinted(b.name)]);
  const { headers } = await unswept.api.ok('POST /services', { body: { name: 'web', ports: [{ port: 80 }] } });
  const revision = Number(headers.get('weft-revision'));
  await Promise.all([unswept.hinted(a.name, revision), unswept.hinted(b.name, revision)]);
  await unswept.stop();
});

it('wakes a node again that lost its hint, for as long as it lags', async () => {
  const node = await joinNode(plane.api, 'c');
  await node.apply();
  await plane.api.ok('POST /services', { body: { name: 'lost', ports: [{ port: 80 }] } });
  await plane.hinted(node.name);
  plane.forgetHints();
  await plane.hinted(node.name);
});

it('answers as fast and as well without Redis', async () => {
  const deaf = await plane.replica({ REDIS_URL: 'redis://127.0.0.1:1' });
  const began = performance.now();
  const created = await deaf.api.ok('POST /services', { body: { name: 'unheard', ports: [{ port: 80 }] } });
  expect(created.status).toBe(201);
  // A hint that was waited for would take 2 s.
  expect(performance.now() - began).toBeLessThan(1_900);
  await deaf.stop();
});
