import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClientOptions, createClient, watch } from '../src/index.ts';

let server: Server;
let url: string;

/** A watch that tells of one service and then says nothing. */
beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('id: e.7\ndata: {"type":"BOOKMARK","revision":7,"synced":true}\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Collects what nothing but weak references still holds. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  for (let turn = 0; turn < 5; turn++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('ends a silent watch when its signal is aborted, however long ago its request was collected as garbage', async () => {
  const stop = new AbortController();
  const events = watch(createClient({ url, token: 't' }), '/services', { signal: stop.signal });
  expect((await events.next()).value).toMatchObject({ type: 'BOOKMARK', position: 'e.7' });
  const next = events.next();
  await collectGarbage();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

it.each([
  ['an address that is none', { url: 'nowhere', token: 't' }],
  ['a token that fits into no header', { url: 'http://127.0.0.1:9', token: 'two\nlines' }],
] satisfies [string, ClientOptions][])('throws at once for %s', async (_, options) => {
  await expect(watch(createClient(options), '/services').next()).rejects.toThrow(TypeError);
});
