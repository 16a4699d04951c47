import { OPERATIONS } from '@weft/contract';
import { sha256Hex } from '@weft/model';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sending } from './harness/api.ts';
import { FACTS, type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
/** Ids of what was created and tokens that were given out, by the operation that did. */
const made: Record<string, string | undefined> = {};

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'audited');
  made.unused = (await plane.api.ok('POST /join-tokens', { body: {} })).body.id;
});
afterAll(() => plane.stop());

/** One operation that changes something, and the same so that it is refused. */
interface Step {
  readonly operation: string;
  readonly request: () => string;
  readonly sending: () => Sending;
  readonly refused: () => Sending & { readonly request?: string };
  /** What is to be found in the audit event, among other things. */
  readonly before: object | null;
  readonly after: object | null;
  /** Undefined: the administrator, or the node for what executors do. */
  readonly actor?: object;
}

const anything = { 'If-Match': '*' };
const stale = { 'If-Match': '"elsewhere.1"' };

const creation = (operation: string, path: string, body: object): Step => ({
  operation,
  request: () => `POST ${path}`,
  sending: () => ({ body }),
  refused: () => ({ body: { ...body, colour: 'red' } }),
  before: null,
  after: body,
});
const change = (operation: string, path: () => string, body: object, before: object, after: object = body): Step => ({
  operation,
  request: () => `PATCH ${path()}`,
  sending: () => ({ body, headers: anything }),
  refused: () => ({ body, headers: stale }),
  before,
  after,
});
const deletion = (operation: string, path: () => string, before: object): Step => ({
  operation,
  request: () => `DELETE ${path()}`,
  sending: () => ({ headers: anything }),
  refused: () => ({ headers: stale }),
  before,
  after: null,
});

const report = (body: object): Sending => ({
  token: node.token,
  body: { session: node.session, epoch: 'x', appliedRevision: 0, configHash: null, failure: null, pods: [], receipts: [], ...body },
});

/** What nodes count and notice, and that they are there, is nothing that anybody asked for, and questions change nothing: they leave no record. */
const UNRECORDED = [
  'accessCheck',
  'checkpointCreate',
  'nodeAgentCountersReport',
  'nodeAgentDriftReport',
  'nodeAgentLeaseRenew',
  'nodeExplain',
  'nodeJoinPreview',
  'reachabilityCheck',
];

/** Rollouts and traces take nodes that answer: what they record is shown in rollouts/rollouts.server.ts and traces/traces.server.ts. */
const SHOWN_ELSEWHERE = [
  // Each of their changes is recorded as what it is: plans/applies.server.ts and past/rollbacks.server.ts.
  'applyCreate',
  'rollbackCreate',
  'rolloutCreate',
  'rolloutCancel',
  'rolloutHalt',
  'rolloutResume',
  'rolloutRevert',
  'traceCreate',
];

/** Every operation that can change anything, in an order in which each can. */
const STEPS: readonly Step[] = [
  creation('namespaceCreate', '/namespaces', { name: 'team' }),
  change('namespaceUpdate', () => `/namespaces/${made.namespaceCreate}`, { labels: { a: 'b' } }, { labels: {} }),
  change('quotaUpdate', () => `/namespaces/${made.namespaceCreate}/quota`, { limits: { pods: 5 } }, { limits: { pods: null } }),
  creation('tokenCreate', '/tokens', { name: 'ci', role: 'viewer' }),
  {
    operation: 'tokenDelete',
    request: () => `DELETE /tokens/${made.tokenCreate}`,
    sending: () => ({}),
    refused: () => ({ request: 'DELETE /tokens/tok_0' }),
    before: { name: 'ci' },
    after: null,
  },
  creation('nodeCreate', '/nodes', { name: 'bare' }),
  change('nodeUpdate', () => `/nodes/${made.nodeCreate}`, { cordoned: true }, { cordoned: false }),
  {
    operation: 'nodeDrain',
    request: () => `POST /nodes/${made.nodeCreate}/drain`,
    sending: () => ({ body: { graceSeconds: 0 } }),
    refused: () => ({ body: { graceSeconds: -1 } }),
    before: { drain: null },
    after: { drain: { graceSeconds: 0 } },
  },
  creation('joinTokenCreate', '/join-tokens', { nodeName: 'joiner', requireApproval: true }),
  {
    operation: 'nodeJoin',
    request: () => 'POST /join',
    sending: () => ({ token: null, body: { token: made['joinTokenCreate.token'], facts: FACTS } }),
    refused: () => ({ token: null, body: {} }),
    actor: { kind: 'node', name: 'joiner' },
    before: null,
    after: { name: 'joiner', approved: false, credential: { tokenId: expect.stringMatching(/^tok_/) } },
  },
  {
    operation: 'nodeApprove',
    request: () => `POST /nodes/${made.nodeJoin}/approve`,
    sending: () => ({}),
    refused: () => ({ request: 'POST /nodes/node_0/approve' }),
    before: { approved: false },
    after: { approved: true },
  },
  {
    operation: 'nodeCredentialRevoke',
    request: () => `DELETE /nodes/${made.nodeJoin}/credential`,
    sending: () => ({}),
    refused: () => ({ request: 'DELETE /nodes/node_0/credential' }),
    before: { credentials: [{ tokenId: expect.stringMatching(/^tok_/) }] },
    after: { credentials: [] },
  },
  {
    operation: 'joinTokenDelete',
    request: () => `DELETE /join-tokens/${made.unused}`,
    sending: () => ({ headers: anything }),
    refused: () => ({ headers: stale }),
    before: { status: { phase: 'Unused' } },
    after: { status: { phase: 'Revoked' } },
  },
  creation('serviceCreate', '/services', { name: 'web', namespace: 'team', ports: [{ port: 80 }] }),
  change('serviceUpdate', () => `/services/${made.serviceCreate}`, { type: 'NodePort' }, { type: 'ClusterIP' }),
  creation('endpointCreate', '/endpoints', { service: 'web', namespace: 'team', ip: '203.0.113.1', port: 80 }),
  change(
    'endpointUpdate',
    () => `/endpoints/${made.endpointCreate}`,
    { ready: false },
    { conditions: { ready: true } },
    { conditions: { ready: false } },
  ),
  creation('podCreate', '/pods', { name: 'web', namespace: 'team' }),
  change('podUpdate', () => `/pods/${made.podCreate}`, { labels: { app: 'web' } }, { labels: {} }),
  {
    operation: 'nodeAgentReport',
    request: () => 'PUT /node-agent/report',
    sending: () => report({ pods: [{ id: made.podCreate, phase: 'Running', ready: true, reason: 'Ready', message: '' }] }),
    refused: () => report({ session: 'another' }),
    before: { pods: [{ ready: false }] },
    after: { pods: [{ ready: true }] },
  },
  {
    operation: 'nodeAgentSessionOpen',
    request: () => 'PUT /node-agent/session',
    sending: () => ({ token: node.token, body: { facts: { ...node.facts, mtu: 1400 } } }),
    refused: () => ({ token: node.token, body: {} }),
    before: { mtu: 1500 },
    after: { mtu: 1400 },
  },
  {
    operation: 'nodeAgentCredentialRotate',
    request: () => 'POST /node-agent/credential',
    sending: () => ({ token: node.token }),
    refused: () => ({ token: 'weft_node_madeup' }),
    before: { tokenId: expect.stringMatching(/^tok_/) },
    after: { tokenId: expect.stringMatching(/^tok_/) },
  },
  {
    operation: 'nodeAgentCredentialRevoke',
    request: () => 'DELETE /node-agent/credential',
    sending: () => ({ token: node.token }),
    refused: () => ({ token: 'weft_node_madeup' }),
    before: { credentials: [{}, {}] },
    after: { credentials: [] },
  },
  change('clusterUpdate', () => '/cluster', { overlay: 'vxlan' }, { overlay: 'auto' }),
  deletion('endpointDelete', () => `/endpoints/${made.endpointCreate}`, { ip: '203.0.113.1' }),
  deletion('podDelete', () => `/pods/${made.podCreate}`, { name: 'web' }),
  deletion('serviceDelete', () => `/services/${made.serviceCreate}`, { name: 'web' }),
  deletion('namespaceDelete', () => `/namespaces/${made.namespaceCreate}`, { name: 'team' }),
  deletion('nodeDelete', () => `/nodes/${made.nodeCreate}`, { name: 'bare' }),
];

async function recorded(requestId: string) {
  const [audit, operations] = [
    await plane.api.ok(`GET /audit-events?requestId=${requestId}`),
    await plane.api.ok(`GET /operations?requestId=${requestId}`),
  ];
  return { audit: audit.body.items, operations: operations.body.items };
}

it('knows every operation that changes something', () => {
  const changing = OPERATIONS.filter(({ method, id }) => method !== 'GET' && ![...UNRECORDED, ...SHOWN_ELSEWHERE].includes(id)).map(
    ({ id }) => id,
  );
  expect(STEPS.map(({ operation }) => operation).sort()).toEqual(changing.sort());
});

it.each(STEPS)('records $operation once, with what was before and after, and not when it is refused', async (step) => {
  const { operation, request, sending, refused, before, after } = step;
  const { request: otherRequest = request(), ...otherSending } = refused();
  const refusedId = `refused-${operation}`;
  const refusal = await plane.api.send(otherRequest, { ...otherSending, headers: { ...otherSending.headers, 'X-Request-Id': refusedId } });
  expect(refusal.status).toBeGreaterThanOrEqual(400);
  expect(await recorded(refusedId)).toEqual({ audit: [], operations: [] });

  const requestId = `done-${operation}`;
  const { headers, ...rest } = sending();
  const { body } = await plane.api.ok(request(), { ...rest, headers: { ...headers, 'X-Request-Id': requestId } });
  made[operation] = body?.id ?? body?.node?.id;
  made[`${operation}.token`] = body?.token;
  const usual = operation.startsWith('nodeAgent') ? { kind: 'node', name: node.name } : { kind: 'user', name: 'admin' };
  const { actor = usual } = step;
  expect(await recorded(requestId)).toMatchObject({
    audit: [{ operation, requestId, actor, sourceAddress: '127.0.0.1', before, after }],
    operations: [{ operation, requestId }],
  });
});

it('has a secret nowhere but in the answer that gives it out', async () => {
  const client = new pg.Client({ connectionString: plane.databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
  const texts = new Map<string, string>();
  for (const { name } of tables) texts.set(name, JSON.stringify((await client.query(`SELECT t::text FROM "${name}" t`)).rows));
  await client.end();
  expect(texts.get('change')).toContain('nodeJoin');
  const holding = (text: string) => [...texts].filter(([, content]) => content.includes(text)).map(([name]) => name);
  const given = Object.entries(made).flatMap(([name, text]) => (name.endsWith('.token') && text !== undefined ? [text] : []));
  expect(given.length).toBeGreaterThan(2);
  for (const secret of [plane.admin, node.token, ...given]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(holding(secret)).toEqual([]);
  }
  for (const secret of [plane.admin, node.token]) expect(holding(sha256Hex(secret))).toEqual(['token']);
  expect(holding(node.session)).toEqual([]);
});
