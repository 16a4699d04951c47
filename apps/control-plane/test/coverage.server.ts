import { OPERATIONS } from '@weft/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTED } from './harness/document-check.ts';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let node: JoinedNode;

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
});
afterAll(() => plane.stop());

const bodyOf = (id: string) => OPERATIONS.find((operation) => operation.id === id)?.bodyExample;
const concrete = (path: string) => path.replace('{id}', 'x_0');
const guarded = DOCUMENTED.filter(({ permission }) => permission !== null);

it('has something to walk over', () => {
  expect(guarded.length).toBeGreaterThan(35);
});

describe.each(guarded)('$id', ({ id, method, path, permission }) => {
  const request = `${method} ${concrete(path)}`;
  const ofNodes = permission === 'node-agent.act';

  it('refuses a stranger', async () => {
    const { status, headers } = await plane.api.send(request, { token: null, body: bodyOf(id) });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('refuses a token nobody issued', async () => {
    expect((await plane.api.send(request, { token: 'weft_made_up', body: bodyOf(id) })).status).toBe(401);
  });

  it(ofNodes ? 'refuses a user' : 'refuses a node', async () => {
    const { status, body } = await plane.api.send(request, { body: bodyOf(id), ...(ofNodes ? {} : { token: node.token }) });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'Forbidden' });
  });
});

it('lets a new credential replace the old one at once', async () => {
  const joined = await joinNode(plane.api, 'node-b');
  await plane.api.ok(`POST /nodes/${joined.id}/credential`);
  expect((await plane.api.send('GET /node-agent/desired', { token: joined.token })).status).toBe(401);
});

it('keeps tokens out of everything that can be read', async () => {
  const audit = await plane.api.ok('GET /audit-events?limit=1000');
  const nodes = await plane.api.ok('GET /nodes?limit=1000');
  expect(JSON.stringify([audit.body, nodes.body])).not.toContain(node.token);
});
