import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, expect, it } from 'vitest';
import { LeanHttp } from '../hollow/lean-http.ts';

const MINUTE = 60_000;
const server = createServer(async (request, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/hang') return;
  if (request.url === '/cut') return void response.writeHead(200, { 'content-length': 9 }).end('cut', () => response.destroy());
  const body =
    request.url === '/large' ? 'x'.repeat(3_000_000) : `${request.method} ${request.headers.authorization} ${Buffer.concat(chunks)}`;
  response.writeHead(request.url === '/problem' ? 409 : 200, { 'content-length': Buffer.byteLength(body) }).end(body);
});
let connections = 0;
server.on('connection', () => {
  connections += 1;
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = new LeanHttp('127.0.0.1', (server.address() as AddressInfo).port);
afterEach(() => server.closeAllConnections());
afterAll(() => server.close());

it('asks and is answered, one after the other over one connection and at once over several', async () => {
  const said = async (method: string, path: string, body?: string) => {
    const answer = await client.request(method, path, 'secret', body, MINUTE);
    return [answer.status, answer.body.toString()];
  };
  expect(await said('GET', '/')).toEqual([200, 'GET Bearer secret ']);
  expect(await said('PUT', '/problem', '{"é":1}')).toEqual([409, 'PUT Bearer secret {"é":1}']);
  expect((await client.request('GET', '/large', 'secret', undefined, MINUTE)).body).toHaveLength(3_000_000);
  expect(connections).toBe(1);
  expect(await Promise.all(['1', '2', '3'].map((body) => said('PUT', '/', body)))).toEqual(
    ['1', '2', '3'].map((body) => [200, `PUT Bearer secret ${body}`]),
  );
  expect(connections).toBe(3);
});

it('fails when an answer is cut off, does not come in time, or there is nobody', async () => {
  await expect(client.request('GET', '/cut', 'secret', undefined, MINUTE)).rejects.toThrow();
  await expect(client.request('GET', '/hang', 'secret', undefined, 50)).rejects.toThrow('closed');
  expect((await client.request('GET', '/', 'secret', undefined, MINUTE)).status).toBe(200);
  await expect(new LeanHttp('127.0.0.1', 1).request('GET', '/', 'secret', undefined, MINUTE)).rejects.toThrow('ECONNREFUSED');
});
