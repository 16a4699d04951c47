import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken } from './access/callers.ts';
import { ANY_REQUESTS, type AnyRequest } from './harness/any-request.ts';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

/** These wait for nodes to answer, and no executor runs here; a checkpoint takes a key, and none is given. Tests of their own hold them to bad input. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'checkpointCreate',
  'nodeCapture',
  'nodeDataplaneList',
  'nodeExplain',
  'podCapture',
  'reachabilityCheck',
  'serviceCapture',
  'serviceDataplaneView',
  'traceCreate',
]);

const ASKED = ANY_REQUESTS.filter(({ operationId }) => !ELSEWHERE.has(operationId));

/** Requests in all: few, or many in the long form (`./weft test --faults`), or as many as `WEFT_ANY_REQUESTS` says. */
const REQUESTS = Number(process.env.WEFT_ANY_REQUESTS ?? (process.env.WEFT_FAULTS === 'long' ? 20_000 : 40 * ASKED.length));

/** Requests to each operation. */
const RUNS = Math.ceil(REQUESTS / ASKED.length);

/** How long one operation may take, in ms: some of 20 ms for each request, on a machine with other work. */
const PATIENCE_MS = 60_000 + RUNS * 200;

let plane: Plane;
let speaker: JoinedNode;
/** Tokens of people who may do less than everything. */
let lesser: readonly string[];
let sent = 0;
/** Ids of what was there at the start, by the path below which they are used. */
const ids = new Map<string, string[]>();

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.ok('POST /nodes', { body: { name: 'node-a' } });
  await plane.api.ok('POST /services', { body: { name: 'web', ports: [{ port: 80 }] } });
  await plane.api.ok('POST /endpoints', { body: { service: 'web', ip: '203.0.113.9', port: 80 } });
  await plane.api.ok('POST /pods', { body: { name: 'web', node: 'node-a' } });
  for (const path of ['/namespaces', '/nodes', '/pods', '/services', '/endpoints', '/pools', '/operations', '/receipts', '/tokens'])
    ids.set(
      path,
      (await plane.api.ok(`GET ${path}`)).body.items.map(({ id }: { id: string }) => id),
    );
  speaker = await joinNode(plane.api, 'speaker');
  const roles = ['admin', 'operator', 'viewer'] as const;
  const made = roles.map((role) => makeToken(plane, { name: `${role}-of-one`, role, namespaces: ['default'] }));
  lesser = (await Promise.all(made)).map(({ token }) => token);
});
afterAll(() => plane.stop());

function target({ path, query, id, otherId }: AnyRequest): string {
  const known = ids.get(path.replace(/\/\{.*/, '')) ?? [];
  const search = new URLSearchParams(query).toString();
  return `${path.replace('{id}', otherId || known[id % known.length] || 'x_0')}${search === '' ? '' : `?${search}`}`;
}

/** A patch of what is there is more telling than a missing If-Match; an empty header is none. */
function headersOf({ headers }: AnyRequest, type: string): Record<string, string> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value.trim() !== ''));
  // Nobody applies anything here: a wait is for its whole time.
  const prefer = sent.Prefer?.replaceAll(/\d+/g, '0');
  return { 'If-Match': '*', ...sent, ...(prefer === undefined ? {} : { Prefer: prefer }), 'Content-Type': type };
}

/** Who sends it: mostly somebody who may, else somebody who may do less, a node, nobody. */
const ANYBODY = fc.integer({ min: 0, max: 24 });

function tokenOf(operationId: string, anybody: number): string | null {
  const [usual, other] = operationId.startsWith('nodeAgent') ? [speaker.token, plane.admin] : [plane.admin, speaker.token];
  const unusual = [...lesser, other, null];
  return anybody < unusual.length ? (unusual[anybody] ?? null) : usual;
}

describe.each(ASKED)('$operationId', ({ operationId, method, type, request }) => {
  it(
    'answers whatever it is sent as the document says, and never fails',
    async () => {
      await fc.assert(
        fc.asyncProperty(request, ANYBODY, async (any, anybody) => {
          const headers = headersOf(any, type);
          const token = tokenOf(operationId, anybody);
          // The client holds the answer against the document: status, headers and body.
          const answer = await plane.api.send(`${method} ${target(any)}`, { token, headers, body: any.body });
          expect(answer.status).toBeLessThan(500);
          sent += 1;
          // A node may have given its credential back, or been removed.
          if (answer.status === 401 && token === speaker.token) speaker = await joinNode(plane.api, 'speaker');
        }),
        { numRuns: RUNS },
      );
    },
    PATIENCE_MS,
  );
});

it('was that many, and works on', async () => {
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
  await plane.api.ok('GET /readyz');
  await plane.api.ok('POST /nodes', { body: { name: 'node-after-all' } });
  await plane.api.ok('POST /pods', { body: { name: 'after-all', node: 'node-after-all' } });
});
