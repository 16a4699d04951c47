import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type LeanAnswer, LeanHttp, type LeanRequest, textOf } from '../hollow/lean-http.ts';

const MINUTE = 60_000;
const server = createServer(async (request, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/headers')
    return void response.writeHead(200, { 'content-length': 32 }).end(`${request.headers['content-type']} ${request.headers['if-match']}`);
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

const ask = <T>(method: string, path: string, read: (answer: LeanAnswer) => T, over: Partial<LeanRequest> = {}, of = client) =>
  of.request({ method, path, token: 'secret', withinMs: MINUTE, ...over }, read);

it('asks and is answered, one after the other over one connection and at once over several', async () => {
  const said = (method: string, path: string, body?: string) =>
    ask(method, path, (answer) => [answer.status, answer.body.toString()], body === undefined ? {} : { body });
  expect(await said('GET', '/')).toEqual([200, 'GET Bearer secret ']);
  expect(await said('PUT', '/problem', '{"é":1}')).toEqual([409, 'PUT Bearer secret {"é":1}']);
  expect(await ask('GET', '/large', ({ body }) => body.toString())).toBe('x'.repeat(3_000_000));
  await expect(ask('GET', '/', () => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  expect(await ask('PATCH', '/headers', textOf, { body: '{}', headers: { 'if-match': '"7"' } })).toBe('application/merge-patch+json "7"');
  expect(connections).toBe(1);
  expect(await Promise.all(['1', '2', '3'].map((body) => said('PUT', '/', body)))).toEqual(
    ['1', '2', '3'].map((body) => [200, `PUT Bearer secret ${body}`]),
  );
  expect(connections).toBe(3);
});

it('fails when an answer is cut off, does not come in time, or there is nobody', async () => {
  await expect(ask('GET', '/cut', () => null)).rejects.toThrow();
  await expect(ask('GET', '/hang', () => null, { withinMs: 50 })).rejects.toThrow('closed');
  expect(await ask('GET', '/', ({ status }) => status)).toBe(200);
  await expect(ask('GET', '/', () => null, {}, new LeanHttp('127.0.0.1', 1))).rejects.toThrow('ECONNREFUSED');
});
