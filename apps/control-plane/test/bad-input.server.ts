import { OPERATIONS } from '@weft/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sending } from './harness/api.ts';
import { joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

const PORTS = [{ port: 80 }];

let plane: Plane;
let etag: string;
let service: string;

beforeAll(async () => {
  plane = await startPlane();
  const created = await plane.api.ok('POST /services', { body: { name: 'taken', ports: PORTS }, headers: { 'Idempotency-Key': 'used' } });
  service = created.body.id;
  etag = created.headers.get('etag') ?? '';
  await plane.api.ok(`PATCH /services/${service}`, { body: { labels: { a: 'b' } }, headers: { 'If-Match': etag } });
  await plane.api.ok('POST /nodes', { body: { name: 'node-a' } });
});
afterAll(() => plane.stop());

interface Row {
  readonly what: string;
  readonly request: string | (() => string);
  readonly sending?: () => Sending;
  readonly status: number;
  readonly code: string;
  readonly fields?: readonly string[];
}

const post =
  (body: unknown, headers: Record<string, string> = {}) =>
  () => ({ body, headers });
const patch = (body: unknown, headers: () => Record<string, string>) => () => ({ body, headers: headers() });
const one = () => `PATCH /services/${service}`;

const TABLE: readonly Row[] = [
  {
    what: 'an unknown field',
    request: 'POST /services',
    sending: post({ name: 'x', ports: PORTS, colour: 'red' }),
    status: 422,
    code: 'UnknownField',
    fields: ['/colour UnknownField'],
  },
  {
    what: 'an unknown field in a port',
    request: 'POST /services',
    sending: post({ name: 'x', ports: [{ port: 80, weight: 1 }] }),
    status: 422,
    code: 'UnknownField',
    fields: ['/ports/0/weight UnknownField'],
  },
  {
    what: 'an unknown field in a patch',
    request: one,
    sending: patch({ clusterIP: '198.19.0.9' }, () => ({ 'If-Match': '*' })),
    status: 422,
    code: 'UnknownField',
    fields: ['/clusterIP UnknownField'],
  },
  {
    what: 'a bad port',
    request: 'POST /services',
    sending: post({ name: 'x', ports: [{ port: 0 }] }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/ports/0/port TooSmall'],
  },
  {
    what: 'a name with shell metacharacters',
    request: 'POST /services',
    sending: post({ name: 'x$(reboot)', ports: PORTS }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/name InvalidFormat'],
  },
  {
    what: 'an unknown backend',
    request: 'POST /nodes',
    sending: post({ name: 'node-b', backend: 'ebpf' }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/backend InvalidValue'],
  },
  {
    what: 'a duplicate name',
    request: 'POST /services',
    sending: post({ name: 'taken', ports: PORTS }),
    status: 409,
    code: 'NameTaken',
    fields: ['/name NameTaken'],
  },
  {
    what: 'a foreign address',
    request: 'POST /services',
    sending: post({ name: 'x', ports: PORTS, clusterIP: '8.8.8.8' }),
    status: 422,
    code: 'AddressOutsidePool',
    fields: ['/clusterIP AddressOutsidePool'],
  },
  {
    what: 'an endpoint on every node itself',
    request: 'POST /endpoints',
    sending: post({ service: 'taken', ip: '127.0.0.1', port: 80 }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/ip InvalidValue'],
  },
  {
    what: 'a service as endpoint of a service',
    request: 'POST /endpoints',
    sending: post({ service: 'taken', ip: '198.19.0.7', port: 80 }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/ip NotAllowed'],
  },
  {
    what: 'a probe whose path would be more than a path',
    request: 'POST /pods',
    sending: post({ name: 'x', node: 'node-a', readinessProbe: { type: 'http', port: 80, path: '/a HTTP/1.1\r\nX: y' } }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/readinessProbe/path InvalidFormat'],
  },
  {
    what: 'a parameter of an operation that has none',
    request: () => `GET /services/${service}?colour=red`,
    status: 422,
    code: 'UnknownField',
    fields: ['query/colour UnknownField'],
  },
  {
    what: 'headers of 20 kB',
    request: 'GET /services',
    sending: () => ({ headers: { 'X-Large': 'x'.repeat(20_000) } }),
    status: 400,
    code: 'BadRequest',
  },
  {
    what: 'a body of 10 MB',
    request: 'POST /services',
    sending: post(JSON.stringify({ name: 'x'.repeat(10_000_000), ports: PORTS })),
    status: 413,
    code: 'PayloadTooLarge',
  },
  {
    what: 'malformed JSON',
    request: 'POST /services',
    sending: post('{"name":'),
    status: 400,
    code: 'BadRequest',
    fields: [' InvalidJson'],
  },
  {
    what: 'a body that is not UTF-8 JSON but a prototype trick',
    request: 'POST /services',
    sending: post('{"name":"x","ports":[],"__proto__":{"admin":true}}'),
    status: 400,
    code: 'BadRequest',
    fields: [' InvalidJson'],
  },
  { what: 'no body', request: 'POST /services', status: 422, code: 'ValidationFailed', fields: [' Required'] },
  {
    what: 'another content type',
    request: 'POST /services',
    sending: post('name=x', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    status: 415,
    code: 'UnsupportedMediaType',
  },
  {
    what: 'a merge patch that is posted',
    request: 'POST /services',
    sending: post({ name: 'x', ports: PORTS }, { 'Content-Type': 'application/merge-patch+json' }),
    status: 415,
    code: 'UnsupportedMediaType',
  },
  {
    what: 'a stale If-Match',
    request: one,
    sending: patch({ labels: { c: 'd' } }, () => ({ 'If-Match': etag })),
    status: 412,
    code: 'PreconditionFailed',
  },
  {
    what: 'an If-Match of another epoch',
    request: one,
    sending: patch({ labels: { c: 'd' } }, () => ({ 'If-Match': '"elsewhere.2"' })),
    status: 412,
    code: 'PreconditionFailed',
  },
  {
    what: 'a missing If-Match',
    request: one,
    sending: patch({ labels: { c: 'd' } }, () => ({})),
    status: 428,
    code: 'PreconditionRequired',
    fields: ['header/if-match Required'],
  },
  {
    what: 'a delete without If-Match',
    request: () => `DELETE /services/${service}`,
    status: 428,
    code: 'PreconditionRequired',
    fields: ['header/if-match Required'],
  },
  {
    what: 'a reused Idempotency-Key',
    request: 'POST /services',
    sending: post({ name: 'y', ports: PORTS }, { 'Idempotency-Key': 'used' }),
    status: 422,
    code: 'IdempotencyKeyReused',
  },
  {
    what: 'an Idempotency-Key that is not ASCII',
    request: 'POST /services',
    sending: post({ name: 'y', ports: PORTS }, { 'Idempotency-Key': 'ké' }),
    status: 400,
    code: 'BadRequest',
    fields: ['header/idempotency-key InvalidFormat'],
  },
  {
    what: 'an Idempotency-Key that is too long',
    request: 'POST /services',
    sending: post({ name: 'y', ports: PORTS }, { 'Idempotency-Key': 'k'.repeat(256) }),
    status: 400,
    code: 'BadRequest',
    fields: ['header/idempotency-key InvalidFormat'],
  },
  {
    what: 'a namespace that is not there',
    request: 'POST /pods',
    sending: post({ name: 'p', namespace: 'nowhere', node: 'node-a' }),
    status: 422,
    code: 'ValidationFailed',
    fields: ['/namespace NotFound'],
  },
  { what: 'an id of another kind', request: 'GET /services/pod_01', status: 404, code: 'NotFound' },
  { what: 'an id of nothing', request: 'GET /services/svc_01', status: 404, code: 'NotFound' },
  { what: 'a path that is not there', request: 'GET /servces', status: 404, code: 'NotFound' },
  { what: 'a method the path does not take', request: 'PUT /services', status: 405, code: 'MethodNotAllowed' },
  {
    what: 'a limit out of range',
    request: 'GET /services?limit=1001',
    status: 422,
    code: 'ValidationFailed',
    fields: ['query/limit TooBig'],
  },
  {
    what: 'a limit twice',
    request: 'GET /services?limit=1&limit=2',
    status: 422,
    code: 'ValidationFailed',
    fields: ['query/limit InvalidType'],
  },
  {
    what: 'an unknown filter',
    request: 'GET /services?color=red',
    status: 422,
    code: 'UnknownField',
    fields: ['query/color UnknownField'],
  },
  { what: 'a cursor nobody issued', request: 'GET /services?cursor=made-up', status: 400, code: 'BadRequest' },
  {
    what: 'a label selector that is none',
    request: 'GET /services?labelSelector=%3D%3D',
    status: 422,
    code: 'ValidationFailed',
    fields: ['query/labelSelector InvalidValue'],
  },
  { what: 'a path that cannot be decoded', request: 'GET /services/%zz', status: 400, code: 'BadRequest' },
  {
    what: 'a position that is none',
    request: 'GET /services?watch=true&since=yesterday',
    status: 400,
    code: 'BadRequest',
    fields: ['query/since InvalidFormat'],
  },
];

describe.each(TABLE)('$what', ({ request, sending, status, code, fields }) => {
  it(`is refused with ${status} ${code}, and nothing changes`, async () => {
    const before = await plane.everything();
    const answer = await plane.api.send(typeof request === 'string' ? request : request(), sending?.());
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    if (fields)
      expect(answer.body.errors.map((error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`)).toEqual(fields);
    expect(await plane.everything()).toEqual(before);
  });
});

it('has an answer below 500 to whatever JSON is posted', async () => {
  const creating = OPERATIONS.filter(
    ({ method, path, permission, body }) => method === 'POST' && permission !== null && body !== null && !path.includes('{'),
  );
  const mutated = fc.record({
    operation: fc.constantFrom(...creating),
    extra: fc.dictionary(fc.string(), fc.jsonValue()),
    whole: fc.jsonValue(),
  });
  await fc.assert(
    fc.asyncProperty(mutated, fc.boolean(), async ({ operation, extra, whole }, mixed) => {
      const body = JSON.stringify(mixed ? { ...(operation.bodyExample as object), ...extra } : whole);
      expect((await plane.api.send(`POST ${operation.path}`, { body })).status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

it('has an answer below 500 to whatever is asked for', async () => {
  const lists = OPERATIONS.filter(({ id }) => id.endsWith('List'));
  const asked = fc.constantFrom(...lists).chain((operation) => {
    const names = Object.keys(operation.query.shape).filter((name) => name !== 'watch');
    return fc.record({ path: fc.constant(operation.path), query: fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' })) });
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ path, query }) => {
      const wellFormed = Object.entries(query).map(([name, value]): [string, string] => [name, value.toWellFormed()]);
      expect((await plane.api.send(`GET ${path}?${new URLSearchParams(wellFormed)}`)).status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

it('has an answer below 500 to text that no database can hold, and to nesting that no stack can', async () => {
  const report = (message: string) => `{"facts":{"kernel":${JSON.stringify(message)}}}`;
  const node = await joinNode(plane.api, 'odd');
  for (const body of [
    report('a\u0000b'),
    report('\ud800'),
    '['.repeat(200_000) + ']'.repeat(200_000),
    `{"a":${'['.repeat(1000)}"\\u0000"${']'.repeat(1000)}}`,
  ]) {
    const answer = await plane.api.send('PUT /node-agent/session', { token: node.token, body });
    expect([400, 422]).toContain(answer.status);
  }
  expect((await plane.api.send('GET /audit-events?requestId=%00')).status).toBe(400);
});

it('takes over a request id, and only a usable one', async () => {
  const usable = await plane.api.send('GET /services', { headers: { 'X-Request-Id': 'order-42' } });
  expect(usable.headers.get('x-request-id')).toBe('order-42');
  const unusable = await plane.api.send('GET /services', { headers: { 'X-Request-Id': 'a b' } });
  expect(unusable.headers.get('x-request-id')).toMatch(/^req_/);
});
