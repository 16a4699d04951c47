import { expect, it } from 'vitest';
import { ConnectionError, createClient } from '../src/index.ts';
import { retrying } from '../src/retries.ts';

type Answer = number | 'silence' | { readonly status: number; readonly after: string };

/** An API that gives these answers one after the other, and what it was asked; waiting takes no time and is written down. */
function api(answers: readonly Answer[], times = 3) {
  const asked: Request[] = [];
  const waits: number[] = [];
  const send = async (request: Request) => {
    asked.push(request);
    const answer = answers[asked.length - 1] ?? 200;
    if (answer === 'silence') throw new TypeError('fetch failed');
    const { status, after } = typeof answer === 'number' ? { status: answer, after: null } : answer;
    return new Response(status === 204 ? null : '{}', { status, headers: after === null ? {} : { 'retry-after': after } });
  };
  const clock = { wait: async (ms: number) => waits.push(ms), random: () => 1 };
  return { send: retrying(send, times, clock), asked, waits };
}

const request = (method: string, headers: Record<string, string> = {}) =>
  new Request('http://weft.test/services', { method, headers, ...(['POST', 'PATCH'].includes(method) ? { body: '{"name":"web"}' } : {}) });

it('waits longer each time, and gives up', async () => {
  const { send, asked, waits } = api(['silence', 503, 503, 503]);
  expect((await send(request('GET'))).status).toBe(503);
  expect(asked).toHaveLength(4);
  expect(waits).toEqual([200, 400, 800]);
});

it('waits as long as it is asked to, unless that is too long', async () => {
  const { send, waits } = api([{ status: 429, after: '7' }]);
  expect((await send(request('PATCH', { 'If-Match': '"e-1"' }))).status).toBe(200);
  expect(waits).toEqual([7000]);
  const long = api([{ status: 429, after: '61' }]);
  expect((await long.send(request('GET'))).status).toBe(429);
});

it.each([
  ['GET', {}, true],
  ['PUT', {}, true],
  ['DELETE', { 'If-Match': '*' }, true],
  ['POST', {}, false],
  ['POST', { 'Idempotency-Key': 'k' }, true],
  ['PATCH', { 'If-Match': '*' }, false],
  ['PATCH', { 'If-Match': '"e-1"' }, false],
])('%s with %o is repeated after silence: %s', async (method, headers, repeated) => {
  const { send, asked } = api(['silence', 204]);
  const answer = send(request(method, headers as Record<string, string>));
  if (repeated) expect((await answer).status).toBe(204);
  else await expect(answer).rejects.toThrow('fetch failed');
  expect(asked).toHaveLength(repeated ? 2 : 1);
});

it('sends the body again', async () => {
  const { send, asked } = api(['silence']);
  await send(request('POST', { 'Idempotency-Key': 'k' }));
  expect(await asked[1]?.text()).toBe('{"name":"web"}');
});

it('takes a deletion for done that is not there the second time', async () => {
  expect((await api(['silence', 404]).send(request('DELETE'))).status).toBe(204);
  expect((await api([404]).send(request('DELETE'))).status).toBe(404);
});

it('gives a creation one key for all its attempts, and none to what takes none', async () => {
  const keys: (string | null)[] = [];
  const fetch = async ({ headers }: Request): Promise<Response> => {
    keys.push(headers.get('idempotency-key'));
    throw new TypeError('fetch failed');
  };
  const client = createClient({ url: 'http://weft.test', token: 't', fetch, retries: 1 });
  await expect(client.POST('/namespaces', { body: { name: 'shop' } })).rejects.toThrow(ConnectionError);
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]]);
  await expect(client.POST('/checkpoints')).rejects.toThrow(ConnectionError);
  expect(keys.slice(2)).toEqual([null]);
});

it('repeats nothing unless it is told to', async () => {
  let asked = 0;
  const fetch = async (): Promise<Response> => {
    asked++;
    throw new TypeError('fetch failed');
  };
  await expect(createClient({ url: 'http://weft.test', token: 't', fetch }).GET('/services')).rejects.toThrow(ConnectionError);
  expect(asked).toBe(1);
});

it('takes a deletion for done that is not found after nobody could say whether it was', async () => {
  expect((await api([503, 404]).send(request('DELETE', { 'If-Match': '*' }))).status).toBe(204);
  expect((await api([404]).send(request('DELETE', { 'If-Match': '*' }))).status).toBe(404);
});
