import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trace } from '@weft/model';
import { eventually } from '@weft/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCheckpointKey } from '../src/sealing/checkpoint-key.ts';
import { TRACES_MAX } from '../src/traces/traces.ts';
import { makeToken } from './access/callers.ts';
import type { NodeWithKernel } from './explain/node-with-kernel.ts';
import { answeringNode } from './harness/answering-node.ts';
import { ANY_REQUESTS, type AnyRequest } from './harness/any-request.ts';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

/** What is answered by asking nodes. */
const ASKS_NODES: ReadonlySet<string> = new Set([
  'nodeCapture',
  'nodeDataplaneList',
  'nodeExplain',
  'podCapture',
  'reachabilityCheck',
  'serviceCapture',
  'serviceDataplaneView',
  'traceCreate',
]);

/** Which of some operations come first: what asks nodes, while there is one that answers, and last what takes away that others are about. */
function place({ operationId, method }: { readonly operationId: string; readonly method: string }): number {
  if (ASKS_NODES.has(operationId)) return 0;
  return method === 'DELETE' ? 2 : 1;
}

const ASKED = ANY_REQUESTS.toSorted((a, b) => place(a) - place(b));

/** Requests in all: few, or many in the long form (`./weft test --faults`), or as many as `WEFT_ANY_REQUESTS` says. */
const REQUESTS = Number(process.env.WEFT_ANY_REQUESTS ?? (process.env.WEFT_FAULTS === 'long' ? 20_000 : 40 * ASKED.length));

/** Requests to each operation. */
const RUNS = Math.ceil(REQUESTS / ASKED.length);

/** How long one operation may take, in ms: some of 20 ms for each request, on a machine with other work. */
const PATIENCE_MS = 60_000 + RUNS * 200;

let plane: Plane;
let keys: string;
/** The node that whatever needs one is about, and that answers as long as it is there. */
let node: NodeWithKernel;
/** Speaks for a node. */
let speaker: JoinedNode;
/** Tokens of people who may do less than everything. */
let lesser: readonly string[];
let sent = 0;
/** Ids of what was there at the start, by the path below which they are used. */
const ids = new Map<string, string[]>();

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'weft-any-request-'));
  const key = join(keys, 'checkpoint.pem');
  await ensureCheckpointKey(key);
  plane = await startPlane({ WEFT_CHECKPOINT_KEY_FILE: key });
  // Nodes of tests do not say that they live.
  await plane.api.ok('PATCH /cluster', { headers: { 'If-Match': '*' }, body: { notReadyAfterSeconds: 3_600 } });
  node = await answeringNode(plane, 'node-a');
  await plane.api.ok('POST /services', { body: { name: 'web', ports: [{ port: 80 }] } });
  await plane.api.ok('POST /endpoints', { body: { service: 'web', ip: '203.0.113.9', port: 80 } });
  await plane.api.ok('POST /pods', { body: { name: 'web', node: 'node-a', labels: { app: 'pods' }, ports: [{ containerPort: 80 }] } });
  await plane.api.ok('POST /services', { body: { name: 'pods', selector: { app: 'pods' }, ports: [{ port: 80 }] } });
  // Once more, as that a pod is ready is news.
  for (let round = 0; round < 2; round += 1) await node.apply();
  for (const path of ['/namespaces', '/nodes', '/pods', '/services', '/endpoints', '/pools', '/operations', '/receipts', '/tokens'])
    ids.set(
      path,
      (await plane.api.ok(`GET ${path}`)).body.items.map(({ id }: { id: string }) => id),
    );
  speaker = node;
  const roles = ['admin', 'operator', 'viewer'] as const;
  const made = roles.map((role) => makeToken(plane, { name: `${role}-of-one`, role, namespaces: ['default'] }));
  lesser = (await Promise.all(made)).map(({ token }) => token);
});
afterAll(async () => {
  await node?.close();
  await plane?.stop();
  await rm(keys, { recursive: true });
});

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

/** Traces that may still be followed: a replica follows no more than some at a time, and refuses the next. */
const begun: string[] = [];

async function traced({ id }: Trace): Promise<void> {
  begun.push(id);
  if (begun.length < TRACES_MAX / 2) return;
  const oldest = begun.shift();
  await eventually('the end of a trace', async () => (await plane.api.ok(`GET /traces/${oldest}`)).body.status.phase !== 'Running');
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
          if (operationId === 'traceCreate' && answer.status < 300) await traced(answer.body);
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
