import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

const service = (name: string) => ({ name, ports: [{ port: 80 }] });
const keyed = (key: string, body: unknown) => ({ body, headers: { 'Idempotency-Key': key } });

it('answers the same request again with what it answered first', async () => {
  const first = await plane.api.ok('POST /services', keyed('k-1', service('web')));
  const again = await plane.api.ok('POST /v1/services', keyed('k-1', { ports: [{ port: 80 }], name: 'web' }));
  expect(again.status).toBe(201);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect(again.headers.get('weft-operation')).toBe(first.headers.get('weft-operation'));
});

it('creates one object out of many identical requests at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => plane.api.send('POST /services', keyed('k-2', service('many')))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
});

it('refuses the key for another request, and for the same body on another path takes it as new', async () => {
  await plane.api.ok('POST /services', keyed('k-3', service('three')));
  expect((await plane.api.send('POST /services', keyed('k-3', service('four')))).body.code).toBe('IdempotencyKeyReused');
  expect((await plane.api.ok('POST /namespaces', keyed('k-3', { name: 'three' }))).status).toBe(201);
});

it('does not remember a request that was refused', async () => {
  expect((await plane.api.send('POST /pods', keyed('k-4', { name: 'p', node: 'late' }))).status).toBe(422);
  await plane.api.ok('POST /services', keyed('k-4-other', service('five')));
  const refused = await plane.api.send('POST /services', keyed('k-5', service('five')));
  expect(refused.status).toBe(409);
  const existing = await plane.api.ok('GET /services?name=five');
  await plane.api.ok(`DELETE /services/${existing.body.items[0].id}`, { headers: { 'If-Match': '*' } });
  expect((await plane.api.ok('POST /services', keyed('k-5', service('five')))).status).toBe(201);
});
