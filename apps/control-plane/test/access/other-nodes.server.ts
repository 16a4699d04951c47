import { OPERATIONS } from '@weft/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let mine: JoinedNode;
let theirs: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  mine = await joinNode(plane.api, 'mine');
  theirs = await joinNode(plane.api, 'theirs');
  for (const { name } of [mine, theirs]) await plane.api.ok('POST /pods', { body: { name: `on-${name}`, node: name } });
});
afterAll(() => plane.stop());

const desired = async ({ token }: JoinedNode) => (await plane.api.ok('GET /node-agent/desired', { token })).body;
const names = (pods: { name: string }[]) => pods.map(({ name }) => name);

it('shows a node its own pods, whichever node it asks for', async () => {
  expect(names((await desired(mine)).pods)).toEqual([`on-${mine.name}`]);
  for (const query of [`node=${theirs.name}`, `id=${theirs.id}`, `nodeId=${theirs.id}`])
    expect((await plane.api.send(`GET /node-agent/desired?${query}`, { token: mine.token })).status).toBe(422);
});

it('lets a node speak in no session but its own', async () => {
  const speaking = OPERATIONS.filter(
    ({ id, bodyExample }) => id.startsWith('nodeAgent') && JSON.stringify(bodyExample ?? {}).includes('"session"'),
  );
  expect(speaking.length).toBeGreaterThan(1);
  for (const { method, path, bodyExample } of speaking) {
    const body = { ...(bodyExample as object), session: theirs.session };
    const { status, body: answer } = await plane.api.send(`${method} ${path}`, { token: mine.token, body });
    expect([path, status, answer.code]).toEqual([path, 409, 'StaleSession']);
  }
});

it('believes a node nothing about the pods of another', async () => {
  const [pod] = (await desired(theirs)).pods;
  const { epoch, revision } = await desired(mine);
  const said = { id: pod.id, phase: 'Failed', ready: false, reason: 'Sabotage', message: '' };
  const body = { session: mine.session, epoch, appliedRevision: revision, configHash: null, failure: null, pods: [said], receipts: [] };
  await plane.api.ok('PUT /node-agent/report', { token: mine.token, body });
  const { items } = (await plane.api.ok(`GET /pods?name=on-${theirs.name}`)).body;
  expect(items[0].status).toMatchObject({ phase: 'Pending', ready: false });
  expect(JSON.stringify(items)).not.toContain('Sabotage');
});
