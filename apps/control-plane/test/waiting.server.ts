import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let quick: JoinedNode;
let slow: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  quick = await joinNode(plane.api, 'quick');
  slow = await joinNode(plane.api, 'slow');
  await Promise.all([plane.hinted(quick.name), plane.hinted(slow.name)]);
  await quick.apply();
  await slow.apply();
});
afterAll(() => plane.stop());

/** The revision that the next change gets. */
const nextRevision = async ({ api }: Plane) => (await api.ok('GET /cluster')).body.revision + 1;

const waiting = (seconds: number, name: string) => ({ body: { name, ports: [{ port: 80 }] }, headers: { Prefer: `wait=${seconds}` } });

it('answers as soon as every node has applied the change', async () => {
  const began = performance.now();
  const next = await nextRevision(plane);
  const pending = plane.api.ok('POST /services', waiting(30, 'web'));
  await plane.hinted(slow.name, next);
  await Promise.all([quick.apply(), slow.apply()]);
  const { body, headers } = await pending;
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(headers.get('preference-applied')).toBe('wait=30');
  expect(body.status).toMatchObject({ phase: 'Programmed', nodes: { desired: 2, applied: 2, stale: 0, waitingFor: [] } });
});

it('answers at the deadline, and says who is missing', async () => {
  const next = await nextRevision(plane);
  const pending = plane.api.ok('POST /services', waiting(1, 'late'));
  await plane.hinted(quick.name, next);
  await quick.apply();
  const { status, body } = await pending;
  expect(status).toBe(201);
  expect(body.status).toMatchObject({ phase: 'Pending', nodes: { desired: 2, applied: 1, stale: 1, waitingFor: [slow.name] } });
});

it('waits for nobody when nobody is concerned', async () => {
  const { headers } = await plane.api.ok('POST /namespaces', { body: { name: 'empty' }, headers: { Prefer: 'respond-async, wait=30' } });
  expect(headers.get('preference-applied')).toBe('wait=30');
});

it('finishes what is under way when it is stopped', async () => {
  const other = await startPlane();
  const node = await joinNode(other.api, 'only');
  await node.apply();
  await other.hinted(node.name);
  const next = await nextRevision(other);
  const pending = other.api.ok('POST /services', waiting(30, 'web'));
  await other.hinted(node.name, next);
  await other.stop();
  expect((await pending).body.status.nodes.waitingFor).toEqual([node.name]);
  await expect(fetch(`${other.api.url}/livez`)).rejects.toThrow();
});
