import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { Heartbeats } from './heartbeats.ts';

const ANYTHING = { 'If-Match': '*' };

let plane: Plane;
let heartbeats: Heartbeats;
let nodes: [JoinedNode, JoinedNode, JoinedNode];

beforeAll(async () => {
  plane = await startPlane({ WEFT_HEARTBEAT_SECONDS: '1' });
  await plane.api.ok('PATCH /cluster', { headers: ANYTHING, body: { notReadyAfterSeconds: 3 } });
  nodes = [await joinNode(plane.api, 'a'), await joinNode(plane.api, 'b'), await joinNode(plane.api, 'c')];
  heartbeats = new Heartbeats(() => plane.api);
  heartbeats.begin(...nodes);
  await plane.api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80 }] } });
  for (const [at, { name: node }] of nodes.entries())
    await plane.api.ok('POST /pods', { body: { name: `web-${at}`, node, labels: { app: 'web' } } });
  for (const node of nodes) await node.apply();
});
afterAll(async () => {
  heartbeats.endAll();
  await plane.stop();
});

const phaseOf = async ({ id }: JoinedNode) => (await plane.api.ok(`GET /nodes/${id}`)).body.status.phase;
const withdrawn = async () =>
  Object.fromEntries(
    (await plane.api.ok('GET /endpoints')).body.items.map((one: { pod: string; withdrawn: string | null }) => [one.pod, one.withdrawn]),
  );
const brake = async () => (await plane.api.ok('GET /metrics')).body.match(/^weft_withdrawal_brake (\d)$/m)?.[1];

it('gives a silent node up, tells everybody, and takes it back when it speaks', async () => {
  const [lost, other] = nodes;
  const { epoch, revision } = (await plane.api.ok('GET /cluster')).body;
  await plane.hinted(other.name);
  heartbeats.end(lost);
  await eventually('the node to be NotReady', async () => (await phaseOf(lost)) === 'NotReady', { withinMs: 20_000, everyMs: 100 });
  expect(await withdrawn()).toEqual({ 'web-0': 'NodeNotReady', 'web-1': null, 'web-2': null });
  const [event] = (await plane.api.ok('GET /audit-events?operation=nodeLost')).body.items;
  expect(event).toMatchObject({ actor: { kind: 'system' }, object: { kind: 'node', id: lost.id }, after: { withdrawn: true } });
  await plane.hinted(other.name, event.revision);
  // Once and no more: nothing is written while it stays silent.
  expect((await plane.api.ok('GET /audit-events?operation=nodeLost')).body.items).toHaveLength(1);

  const answer = await fetch(`${plane.api.url}/nodes?watch=true&since=${epoch}.${revision}`, {
    headers: { Authorization: `Bearer ${plane.admin}` },
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes(lost.id)) seen += (await reader?.read())?.value ?? '';
  expect(seen).toContain('"phase":"NotReady"');
  await reader?.cancel();

  heartbeats.begin(lost);
  await eventually('the node to be back', async () => (await phaseOf(lost)) !== 'NotReady', { withinMs: 20_000, everyMs: 100 });
  expect(await withdrawn()).toEqual({ 'web-0': null, 'web-1': null, 'web-2': null });
  expect((await plane.api.ok('GET /audit-events?operation=nodeReturned')).body.items).toHaveLength(1);
});

it('withdraws nothing when all of them fall silent, and says so', async () => {
  heartbeats.endAll();
  await eventually('all to be NotReady', async () => (await Promise.all(nodes.map(phaseOf))).every((phase) => phase === 'NotReady'), {
    withinMs: 20_000,
    everyMs: 100,
  });
  expect(await withdrawn()).toEqual({ 'web-0': null, 'web-1': null, 'web-2': null });
  expect(await brake()).toBe('1');
  const { conditions } = (await plane.api.ok(`GET /nodes/${nodes[0].id}`)).body.status;
  expect(conditions).toContainEqual(expect.objectContaining({ type: 'EndpointsKept', reason: 'MassFailure' }));
  heartbeats.begin(...nodes);
  await eventually('all to be back', async () => !(await Promise.all(nodes.map(phaseOf))).includes('NotReady'), { withinMs: 20_000 });
  await eventually('the brake to be off', async () => (await brake()) === '0', { withinMs: 10_000 });
});
