import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@weft/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { patiently } from '../src/api/patient-fetch.ts';

let server: Server;
let refusals: readonly (string | null)[];
let bodies: string[];
let waited: number[];

beforeEach(async () => {
  bodies = [];
  waited = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const after = refusals[bodies.length];
    bodies.push(body);
    response.writeHead(after === undefined ? 200 : 429, { 'content-type': 'application/json', ...(after && { 'retry-after': after }) });
    response.end(
      JSON.stringify(after === undefined ? { id: 'svc_1' } : { code: 'TooManyRequests', title: 'slow', detail: 'down', errors: [] }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function send(): Promise<unknown> {
  const patience = { wait: async (milliseconds: number) => waited.push(milliseconds), say: () => undefined };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, token: 't', fetch: patiently(patience) });
  return (await client.POST('/namespaces', { body: { name: 'shop' } })).data;
}

it('waits as long as it is asked to, and sends the same again', async () => {
  refusals = ['2', '0'];
  expect(await send()).toEqual({ id: 'svc_1' });
  expect(waited).toEqual([2000, 0]);
  expect(bodies).toEqual(Array(3).fill('{"name":"shop"}'));
});

it.each([
  ['that does not say how long', [null]],
  ['that asks for more than anybody waits', ['61']],
])('tells of a refusal %s', async (_what, answers) => {
  refusals = answers;
  await expect(send()).rejects.toMatchObject({ code: 'TooManyRequests' });
  expect(bodies).toHaveLength(1);
});

it('gives up some time', async () => {
  refusals = Array(100).fill('20');
  await expect(send()).rejects.toMatchObject({ code: 'TooManyRequests', retryAfterSeconds: 20 });
  expect(waited).toEqual([20_000, 20_000, 20_000]);
});
