import { expect, it, vi } from 'vitest';
import { ApiError, ConnectionError, createClient, dataOf, isRefusal, watch } from '../src/index.ts';

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

/** An API that sends one event, is gone for so many times, and then sends another. */
function restarting(times: number) {
  let asked = 0;
  return answering(async () => {
    asked++;
    if (asked > 1 && asked <= 1 + times) throw new TypeError('fetch failed');
    return new Response(`id: e.${asked}\ndata: {"type":"BOOKMARK","revision":${asked},"synced":true}\n\n`);
  });
}

it('looks for an API that is gone as long as it is told to, however long it had nothing to tell before', async () => {
  vi.useFakeTimers();
  try {
    let asked = 0;
    const client = answering(async () => {
      asked++;
      if (asked > 1) throw new TypeError('fetch failed');
      const body = new ReadableStream<Uint8Array>({
        start(stream) {
          stream.enqueue(new TextEncoder().encode('id: e.1\ndata: {"type":"BOOKMARK","revision":1,"synced":true}\n\n'));
          setTimeout(() => stream.close(), 120_000);
        },
      });
      return new Response(body);
    });
    const events = watch(client, '/services', { patienceMs: 5_000 });
    expect((await events.next()).value?.position).toBe('e.1');
    const began = performance.now();
    const end = expect(events.next()).rejects.toThrow(ConnectionError);
    await vi.advanceTimersByTimeAsync(124_000);
    const half = asked;
    await vi.advanceTimersByTimeAsync(10_000);
    await end;
    expect(half).toBeGreaterThan(10);
    expect(asked).toBeLessThan(60);
    expect(performance.now() - began).toBeGreaterThan(124_000);
  } finally {
    vi.useRealTimers();
  }
});

it('goes on after its last event when the API is there again', async () => {
  const patient = watch(restarting(2), '/services', { patienceMs: 30_000 });
  expect((await patient.next()).value?.position).toBe('e.1');
  expect((await patient.next()).value?.position).toBe('e.4');
  const hasty = watch(restarting(1), '/services');
  await hasty.next();
  await expect(hasty.next()).rejects.toThrow(ConnectionError);
});

it('looks for no API that it has not heard of yet', async () => {
  const client = answering(async () => {
    throw new TypeError('fetch failed');
  });
  await expect(watch(client, '/services', { patienceMs: 30_000 }).next()).rejects.toThrow(ConnectionError);
});

it('knows the codes of refusals, so that a misspelt one does not compile', () => {
  const error = new ApiError({
    type: 'x',
    title: 'x',
    status: 409,
    detail: '',
    code: 'NameTaken',
    requestId: '',
    retryable: false,
    errors: [],
  });
  expect(isRefusal(error, 'NotFound', 'NameTaken')).toBe(true);
  // @ts-expect-error there is no such code
  expect(isRefusal(error, 'NameTakn')).toBe(false);
});
