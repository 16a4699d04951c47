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
  await node.apply();
  await other.apply();
});
afterAll(() => plane.stop());

const overwrite = { 'If-Match': '*' };
const show = async ({ name }: JoinedNode) =>
  (await plane.api.ok('GET /nodes')).body.items.find((one: { name: string }) => one.name === name);
const patchNode = async (of: JoinedNode, body: object) => plane.api.ok(`PATCH /nodes/${(await show(of)).id}`, { body, headers: overwrite });
const pull = async ({ token }: JoinedNode, since = '') => (await plane.api.ok(`GET /node-agent/desired${since}`, { token })).body;
const serve = (name: string) => plane.api.ok('POST /services', { body: { name, ports: [{ port: 80 }] }, headers: { Prefer: 'wait=30' } });

it('reaches the node with its next pull, snapshot or delta, and concerns no other', async () => {
  const before = await pull(node);
  expect(before.control).toEqual({ frozen: false, driftPolicy: 'repair' });
  const { headers } = await patchNode(node, { frozen: true, driftPolicy: 'observe' });
  const operation = (await plane.api.ok(`GET /operations/${headers.get('weft-operation')}`)).body;
  expect(operation.nodes).toMatchObject({ desired: 1, frozen: 1, stale: 0 });
  const delta = await pull(node, `?epoch=${before.epoch}&since=${before.revision}`);
  expect([delta.kind, delta.control, delta.nodes]).toEqual(['delta', { frozen: true, driftPolicy: 'observe' }, []]);
  expect((await pull(other)).control).toEqual({ frozen: false, driftPolicy: 'repair' });
});

it('writes are accepted, nobody waits for a frozen node, and what it lags behind is told', async () => {
  await other.apply();
  const began = performance.now();
  const next = (await plane.api.ok('GET /cluster')).body.revision + 1;
  const pending = serve('web');
  await plane.hinted(other.name, next);
  await other.apply();
  const { status, body } = await pending;
  expect(status).toBe(201);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(body.status).toMatchObject({ phase: 'Frozen', nodes: { desired: 2, applied: 1, frozen: 1, stale: 0, waitingFor: [node.name] } });
  expect(body.status.conditions).toMatchObject([{ type: 'Programmed', status: 'False', reason: 'NodesFrozen' }]);
  expect((await show(node)).status).toMatchObject({ phase: 'Frozen' });
  expect((await show(node)).status.desiredRevision).toBeGreaterThan((await show(node)).status.appliedRevision);
});

it('the metric of a lag tells the phase, so that an alert can leave out who is to lag', async () => {
  const { name, status } = await show(node);
  const metrics: string = (await plane.api.ok('GET /metrics')).body;
  expect(metrics.match(/^weft_node_lag_revisions\{.*$/gm)).toEqual([
    `weft_node_lag_revisions{node="${name}",phase="Frozen"} ${status.desiredRevision - status.appliedRevision}`,
  ]);
});

it('says whether the node has confirmed it', async () => {
  const frozen = async () => (await show(node)).status.conditions.find(({ type }: { type: string }) => type === 'Frozen');
  expect(await frozen()).toMatchObject({ status: 'Unknown', reason: 'NotConfirmed' });
  const report = {
    session: node.session,
    epoch: (await pull(node)).epoch,
    appliedRevision: 0,
    configHash: null,
    failure: null,
    pods: [],
    receipts: [],
  };
  await plane.api.ok('PUT /node-agent/report', { token: node.token, body: { ...report, frozen: true } });
  expect(await frozen()).toMatchObject({ status: 'True', reason: 'InForce' });
  await patchNode(node, { frozen: false, driftPolicy: 'repair' });
  expect(await frozen()).toMatchObject({ reason: 'NotLifted' });
  await node.apply();
  expect(await frozen()).toBeUndefined();
  expect((await show(node)).status.phase).toBe('Ready');
});

it('of the whole fleet is answered at once and holds every node', async () => {
  const { body } = await plane.api.ok('PATCH /cluster', { body: { frozen: true }, headers: { ...overwrite, Prefer: 'wait=30' } });
  expect(body.frozen).toBe(true);
  const service = await serve('held');
  expect(service.body.status).toMatchObject({ phase: 'Frozen', nodes: { desired: 2, frozen: 2 } });
  expect((await pull(other)).control.frozen).toBe(true);
  await plane.api.ok('PATCH /cluster', { body: { frozen: false }, headers: overwrite });
  await node.apply();
  await other.apply();
  expect((await plane.api.ok(`GET /services/${service.body.id}`)).body.status.phase).toBe('Programmed');
});
