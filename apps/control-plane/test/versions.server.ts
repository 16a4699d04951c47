import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

const service = (name: string) => ({ name, selector: { app: name }, ports: [{ port: 80 }] });
const matching = (etag: string | null, body?: unknown) => ({ body, headers: { 'If-Match': etag ?? '' } });

it('gives the ETag of a version to everybody who reads it', async () => {
  const created = await plane.api.ok('POST /services', { body: service('a') });
  const read = await plane.api.ok(`GET ${created.headers.get('location')}`);
  expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
  expect(read.body).toEqual(created.body);
});

it('changes an object that is as it was read, and only once', async () => {
  const { body, headers } = await plane.api.ok('POST /services', { body: service('b') });
  const changed = await plane.api.ok(`PATCH /services/${body.id}`, matching(headers.get('etag'), { labels: { tier: 'front' } }));
  expect(changed.body).toMatchObject({ labels: { tier: 'front' }, generation: body.generation + 1 });
  expect(changed.headers.get('etag')).not.toBe(headers.get('etag'));
  expect((await plane.api.send(`PATCH /services/${body.id}`, matching(headers.get('etag'), { labels: { tier: 'back' } }))).status).toBe(
    412,
  );
  expect((await plane.api.ok(`PATCH /services/${body.id}`, matching('*', { labels: { tier: null } }))).body.labels).toEqual({});
});

it('takes a patch as plain JSON as well', async () => {
  const { body } = await plane.api.ok('POST /services', { body: service('c') });
  const headers = { 'If-Match': '*', 'Content-Type': 'application/json' };
  expect((await plane.api.ok(`PATCH /services/${body.id}`, { body: { selector: { app: 'd' } }, headers })).body.selector).toEqual({
    app: 'd',
  });
});

it('keeps an ETag through a change of status', async () => {
  const node = await joinNode(plane.api, 'node-a');
  const created = await plane.api.ok('POST /services', { body: service('e') });
  await plane.api.ok('POST /pods', { body: { name: 'e-1', labels: { app: 'e' }, node: node.name } });
  await node.apply();
  const read = await plane.api.ok(`GET ${created.headers.get('location')}`);
  expect(read.body.status.endpoints).toEqual({ ready: 1, total: 1 });
  expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
});

it('takes no offence at a content type without a body', async () => {
  const { body } = await plane.api.ok('POST /services', { body: service('typed') });
  const headers = { 'If-Match': '*', 'Content-Type': 'application/json' };
  expect((await plane.api.ok(`DELETE /services/${body.id}`, { headers })).status).toBe(204);
  const missing = await plane.api.send('POST /services', { headers: { 'Content-Type': 'application/json' } });
  expect({ status: missing.status, errors: missing.body.errors }).toMatchObject({
    status: 422,
    errors: [{ pointer: '', code: 'Required' }],
  });
});

it('deletes what is as it was read', async () => {
  const { body, headers } = await plane.api.ok('POST /services', { body: service('f') });
  expect((await plane.api.send(`DELETE /services/${body.id}`, matching('"x.1"'))).status).toBe(412);
  const gone = await plane.api.ok(`DELETE /services/${body.id}`, matching(headers.get('etag')));
  expect({ status: gone.status, body: gone.body }).toEqual({ status: 204, body: '' });
  expect((await plane.api.send(`GET /services/${body.id}`)).status).toBe(404);
  expect((await plane.api.send(`DELETE /services/${body.id}`, matching('*'))).status).toBe(404);
});

it('names the operation and the revision of every change, and joins them in the audit', async () => {
  const created = await plane.api.ok('POST /services', { body: service('g'), headers: { 'X-Request-Id': 'make-g' } });
  const revision = Number(created.headers.get('weft-revision'));
  const operation = (await plane.api.ok(`GET /operations/${created.headers.get('weft-operation')}`)).body;
  expect(operation).toMatchObject({ operation: 'serviceCreate', requestId: 'make-g', revision, object: { id: created.body.id } });
  const audit = (await plane.api.ok('GET /audit-events?requestId=make-g')).body.items;
  expect(audit).toMatchObject([{ operation: 'serviceCreate', revision, actor: { kind: 'user' }, before: null, after: { name: 'g' } }]);
});

it('finds what happened by time, actor and object', async () => {
  const created = (await plane.api.ok('POST /services', { body: service('h') })).body;
  const found = async (query: string) => (await plane.api.ok(`GET /audit-events?object=${created.id}&${query}`)).body.items.length;
  expect(await found('actor=admin&operation=serviceCreate')).toBe(1);
  expect(await found('actor=nobody')).toBe(0);
  expect(await found(`since=${created.createdAt}`)).toBe(1);
  expect(await found(`until=${created.createdAt}`)).toBe(0);
});

it('counts what it does', async () => {
  const text: string = (await plane.api.ok('GET /metrics')).body;
  expect(text).toMatch(/weft_request_duration_seconds_count\{operation="serviceCreate",status="201"\} [1-9]/);
  expect(text).toMatch(/weft_sweeps_total\{outcome="done"\} [1-9]/);
  expect(text).toMatch(/weft_nodes\{phase="\w+"\} 1/);
});

it('gives every page of a list once', async () => {
  for (const name of ['p1', 'p2', 'p3']) await plane.api.ok('POST /namespaces', { body: { name, labels: { page: 'yes' } } });
  const first = (await plane.api.ok('GET /namespaces?limit=2&labelSelector=page')).body;
  const second = (await plane.api.ok(`GET /namespaces?limit=2&labelSelector=page&cursor=${encodeURIComponent(first.nextCursor)}`)).body;
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['p1', 'p2', 'p3']);
  expect(second.nextCursor).toBeNull();
});

it('shows the rest of what there is', async () => {
  for (const path of [
    '/cluster',
    '/pools',
    '/operations',
    '/receipts',
    '/endpoints',
    '/nodes',
    '/pods',
    '/livez',
    '/readyz',
    '/metrics',
    '/openapi.json',
  ])
    expect((await plane.api.ok(`GET /v1${path}`)).status).toBe(200);
  const [pool] = (await plane.api.ok('GET /pools')).body.items;
  expect((await plane.api.ok(`GET /pools/${pool.id}`)).body).toEqual(pool);
});
