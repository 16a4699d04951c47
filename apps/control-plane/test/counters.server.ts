import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
let id: string;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
  id = (await plane.api.ok('POST /services', { body: { name: 'web', namespace: 'default', ports: [{ port: 80 }] } })).body.id;
});
afterAll(() => plane.stop());

const counter = (connections: unknown) => ({ service: id, protocol: 'TCP', port: 80, connections, packets: 10, bytes: 1_000 });
const tell = (body: unknown, token = node.token) => plane.api.send('PUT /node-agent/counters', { token, body });

it('shows what the nodes have counted', async () => {
  expect((await tell({ session: node.session, counters: [counter(4)] })).body).toEqual({ kept: 1 });
  const { body } = await plane.api.ok(`GET /services/${id}/traffic`);
  const ports = [{ protocol: 'TCP', port: 80, connections: 4, packets: 10, bytes: 1_000 }];
  expect(body).toEqual({ service: id, ports, nodes: [{ node: node.name, reportedAt: expect.any(String), ports }] });
});

it('believes a node only with its own session', async () => {
  const other = await joinNode(plane.api, 'node-b');
  const { status, body } = await tell({ session: other.session, counters: [counter(99)] });
  expect([status, body.code]).toEqual([409, 'StaleSession']);
});

it.each([-1, 1.5, '7', null, 2 ** 60])('refuses %s connections', async (connections) => {
  expect((await tell({ session: node.session, counters: [counter(connections)] })).status).toBe(422);
});

it('knows no traffic of a service that is not there', async () => {
  expect((await plane.api.send('GET /services/svc_nowhere/traffic')).status).toBe(404);
});
