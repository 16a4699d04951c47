import { expect, it } from 'vitest';
import { ApiError, ConnectionError, createClient, dataOf, watch } from '../src/index.ts';

const problem = {
  type: 'urn:weft:problem:NameTaken',
  title: 'An object of that name exists',
  status: 409,
  detail: 'a service of that name exists in the namespace',
  code: 'NameTaken',
  requestId: 'req_1',
  retryable: false,
  errors: [{ pointer: '/name', code: 'NameTaken', message: 'is taken' }],
};

const answering = (fetch: (request: Request) => Promise<Response>) => createClient({ url: 'http://weft.test', token: 'secret', fetch });

it('sends the token and gives the body', async () => {
  const client = answering(async (request) => Response.json({ seen: request.headers.get('authorization'), url: request.url }));
  expect(await dataOf(client.GET('/services', { params: { query: { limit: 5 } } }))).toEqual({
    seen: 'Bearer secret',
    url: 'http://weft.test/services?limit=5',
  });
});

it('sends a change as a merge patch', async () => {
  const client = answering(async (request) => Response.json({ type: request.headers.get('content-type') }));
  const params = { path: { id: 'svc_1' }, header: { 'If-Match': '*' } };
  expect(await dataOf(client.PATCH('/services/{id}', { params, body: { type: 'NodePort' } }))).toEqual({
    type: 'application/merge-patch+json',
  });
});

it('throws a problem as an ApiError that names the field', async () => {
  const client = answering(async () => Response.json(problem, { status: 409, headers: { 'retry-after': '3' } }));
  const failure = client.GET('/services');
  await expect(failure).rejects.toThrow(ApiError);
  await expect(failure).rejects.toMatchObject({
    code: 'NameTaken',
    status: 409,
    retryAfterSeconds: 3,
    message: 'An object of that name exists: /name is taken',
  });
});

it('throws an ApiError also for an answer that is not ours', async () => {
  const client = answering(async () => new Response('<html>', { status: 502 }));
  await expect(client.GET('/services')).rejects.toMatchObject({ code: 'Foreign', status: 502, problem: { retryable: true } });
});

it('throws a ConnectionError when nobody answers', async () => {
  const client = answering(async () => {
    throw new TypeError('fetch failed');
  });
  await expect(client.GET('/services')).rejects.toThrow(ConnectionError);
});

it('resumes a watch after its last event until it is told to stop', async () => {
  const positions: (string | null)[] = [];
  const client = answering(async (request) => {
    positions.push(request.headers.get('last-event-id'));
    const at = positions.length + 1;
    return new Response(`id: e.${at}\ndata: {"type":"BOOKMARK","revision":${at},"synced":true}\n\n`);
  });
  const stop = new AbortController();
  const revisions: unknown[] = [];
  for await (const event of watch(client, '/services', { signal: stop.signal })) {
    revisions.push(event.position);
    if (revisions.length === 2) stop.abort();
  }
  expect(revisions).toEqual(['e.2', 'e.3']);
  expect(positions).toEqual([null, 'e.2']);
});

it('throws the problem a watch is refused with', async () => {
  const client = answering(async () => Response.json({ ...problem, status: 410, code: 'Expired' }, { status: 410 }));
  await expect(watch(client, '/services', { since: 'e.1' }).next()).rejects.toMatchObject({ code: 'Expired' });
});
