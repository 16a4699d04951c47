import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let revision: number;
let clusterIP: string;

const services = async () => (await plane.api.ok('GET /services')).body.items as { name: string; clusterIP: string }[];
const roll = (body: object, query = '', more: object = {}) => plane.api.send(`POST /rollbacks${query}`, { body, ...more });
const there = () => ({ toRevision: revision, selection: { namespace: 'default' } });

beforeAll(async () => {
  plane = await startPlane();
  await joinNode(plane.api, 'node-a');
  const creation = await plane.api.ok('POST /services', { body: { name: 'web', labels: { app: 'web' }, ports: [{ port: 80 }] } });
  clusterIP = creation.body.clusterIP;
  revision = Number(creation.headers.get('Weft-Revision'));
  await plane.api.ok(`DELETE /services/${creation.body.id}`, { headers: { 'If-Match': '*' } });
});
afterAll(() => plane.stop());

it('is planned, and then does exactly what was planned', async () => {
  const planned = await roll(there(), '?dryRun=plan');
  expect(planned.status).toBe(200);
  expect(planned.body.changes).toMatchObject([{ object: { kind: 'service', name: 'web' }, before: null, after: { clusterIP } }]);
  expect(planned.body.nodes[0].totals.added).toBeGreaterThan(0);
  expect(await services()).toEqual([]);
  const done = await roll(there(), `?planToken=${planned.body.planToken}`);
  expect([done.status, done.body.changes]).toEqual([
    200,
    [{ action: 'created', kind: 'service', id: expect.any(String), namespace: 'default', name: 'web' }],
  ]);
  expect(done.body.changes[0].id).toBe(planned.body.changes[0].object.id);
  expect(await services()).toMatchObject([{ name: 'web', clusterIP }]);
  const undo = { toRevision: done.body.undoRevision, selection: { namespace: 'default', deleteNewer: true } };
  expect((await roll(undo)).body.changes).toMatchObject([{ action: 'deleted', name: 'web' }]);
});

it('answers again what it did when the same request comes again', async () => {
  const headers = { 'Idempotency-Key': 'back' };
  const first = await roll(there(), '', { headers });
  const again = await roll(there(), '', { headers });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  expect((await roll(there())).body).toMatchObject({ changes: [], undoRevision: expect.any(Number) });
});

it('takes a time, and says what is wrong with an order', async () => {
  const toTime = new Date().toISOString();
  expect((await roll({ toTime, selection: { ids: ['svc_0'] } })).body.changes).toEqual([]);
  const refused = async (body: object) => {
    const answer = await roll(body);
    return [answer.status, answer.body.code];
  };
  expect(await refused({ selection: { namespace: 'default' } })).toEqual([422, 'ValidationFailed']);
  expect(await refused({ ...there(), toTime })).toEqual([422, 'ValidationFailed']);
  expect(await refused({ toRevision: 1, selection: {} })).toEqual([422, 'ValidationFailed']);
  const toCome = await roll({ toRevision: 999_999, selection: { namespace: 'default' } });
  expect([toCome.status, toCome.body.code, toCome.body.errors]).toMatchObject([400, 'BadRequest', [{ pointer: '/toRevision' }]]);
  expect(await refused({ toRevision: 1, selection: { labelSelector: '=' } })).toEqual([422, 'ValidationFailed']);
});

it('is for those who may write, and of their namespaces', async () => {
  await plane.api.ok('POST /namespaces', { body: { name: 'shop' } });
  const tokenOf = async (role: string, namespaces: string[] | null) =>
    (await plane.api.ok('POST /tokens', { body: { name: `${role}-${namespaces?.[0] ?? 'all'}`, role, namespaces } })).body.token;
  const viewer = await tokenOf('viewer', null);
  expect((await roll(there(), '', { token: viewer })).status).toBe(403);
  const token = await tokenOf('operator', ['shop']);
  expect((await roll(there(), '', { token })).body.errors[0].pointer).toBe('/selection/namespace');
  const nodes = { toRevision: revision, selection: { kinds: ['node'], labelSelector: '!x' } };
  expect((await roll(nodes, '', { token })).body.errors[0].pointer).toBe('/selection/kinds');
  const elsewhere = { toRevision: 0, selection: { labelSelector: 'app=web', deleteNewer: true } };
  expect((await roll(elsewhere, '', { token })).body.changes).toEqual([]);
  expect(await services()).toHaveLength(1);
});
