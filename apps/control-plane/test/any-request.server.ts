import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANY_REQUESTS, type AnyRequest } from './harness/any-request.ts';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

/** Requests to each operation. */
const RUNS = 40;

let plane: Plane;
let speaker: JoinedNode;
/** Ids of what was there at the start, by the path below which they are used. */
const ids = new Map<string, string[]>();

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.ok('POST /nodes', { body: { name: 'node-a' } });
  await plane.api.ok('POST /services', { body: { name: 'web', ports: [{ port: 80 }] } });
  await plane.api.ok('POST /endpoints', { body: { service: 'web', ip: '203.0.113.9', port: 80 } });
  await plane.api.ok('POST /pods', { body: { name: 'web', node: 'node-a' } });
  for (const path of ['/namespaces', '/nodes', '/pods', '/services', '/endpoints', '/pools', '/operations', '/receipts'])
    ids.set(
      path,
      (await plane.api.ok(`GET ${path}`)).body.items.map(({ id }: { id: string }) => id),
    );
  speaker = await joinNode(plane.api, 'speaker');
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

describe.each(ANY_REQUESTS)('$operationId', ({ operationId, method, type, request }) => {
  it('answers whatever it is sent as the document says, and never fails', async () => {
    const token = operationId.startsWith('nodeAgent') ? { token: speaker.token } : {};
    await fc.assert(
      fc.asyncProperty(request, async (any) => {
        const headers = headersOf(any, type);
        // The client holds the answer against the document: status, headers and body.
        const answer = await plane.api.send(`${method} ${target(any)}`, { ...token, headers, body: any.body });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: RUNS },
    );
  });
});
