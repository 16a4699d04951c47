import { expect, it } from 'vitest';
import { createClient } from '../src/index.ts';
import { takingTurns } from '../src/turns.ts';

/** An API that refuses so many times, each with this Retry-After, and what it was sent; waiting takes no time and is written down. */
function api(refusals: readonly (string | null)[]) {
  const bodies: string[] = [];
  const [told, waited]: [number[], number[]] = [[], []];
  const send = async (request: Request) => {
    const after = refusals[bodies.length];
    bodies.push(await request.text());
    const headers = { 'content-type': 'application/json', ...(after && { 'retry-after': after }) };
    if (after === undefined) return new Response('{"id":"ns_1"}', { headers });
    const problem = { code: 'TooManyRequests', title: 'slow', detail: 'down', errors: [], status: 429 };
    return new Response(JSON.stringify(problem), { status: 429, headers });
  };
  const turns = { onTurn: (seconds: number) => told.push(seconds), wait: async (milliseconds: number) => waited.push(milliseconds) };
  const client = createClient({ url: 'http://weft.test', token: 't', fetch: takingTurns(send, turns) });
  return { create: () => client.POST('/namespaces', { body: { name: 'shop' } }), bodies, told, waited };
}

it('waits as long as it is asked to, says so, and sends the same again', async () => {
  const { create, bodies, told, waited } = api(['2', '0']);
  expect((await create()).data).toEqual({ id: 'ns_1' });
  expect(told).toEqual([2, 0]);
  expect(waited).toEqual([2000, 0]);
  expect(bodies).toEqual(Array(3).fill('{"name":"shop"}'));
});

it.each([
  ['that does not say how long', [null]],
  ['that asks for more than anybody waits', ['61']],
])('tells of a refusal %s', async (_what, refusals) => {
  const { create, bodies } = api(refusals);
  await expect(create()).rejects.toMatchObject({ code: 'TooManyRequests' });
  expect(bodies).toHaveLength(1);
});

it('gives up some time', async () => {
  const { create, waited } = api(Array(100).fill('20'));
  await expect(create()).rejects.toMatchObject({ code: 'TooManyRequests', retryAfterSeconds: 20 });
  expect(waited).toEqual([20_000, 20_000, 20_000]);
});

it('is what a client does that is told to, also for watches', async () => {
  const told: number[] = [];
  let asked = 0;
  const fetch = async () => new Response('{}', { status: asked++ === 0 ? 429 : 200, headers: { 'retry-after': '0' } });
  const client = createClient({ url: 'http://weft.test', token: 't', fetch, onTurn: (seconds) => told.push(seconds) });
  expect((await client.options.fetch?.(new Request('http://weft.test/nodes?watch=true')))?.status).toBe(200);
  expect(told).toEqual([0]);
});
