import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { probePod } from '@weft/host';
import { afterEach, describe, expect, it } from 'vitest';

const open: (Server | HttpServer)[] = [];

async function portOf(server: Server | HttpServer): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

afterEach(() => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

const answering = (status: number) =>
  createHttpServer((request, response) => response.writeHead(request.url === '/ready' ? status : 404).end());
const asked = { path: '/ready', timeoutSeconds: 1 };

describe('probing a pod', () => {
  it.each([
    [200, true],
    [302, true],
    [400, false],
    [503, false],
  ])('over http, status %i is ready: %s', async (status, ok) => {
    const port = await portOf(answering(status));
    const result = await probePod('127.0.0.1', { ...asked, type: 'http', port });
    expect(result.ok).toBe(ok);
    expect(result.message).toMatch(ok ? /^$/ : `status ${status}`);
  });

  it('over tcp, accepting is ready', async () => {
    expect(await probePod('127.0.0.1', { ...asked, type: 'tcp', port: await portOf(createServer()) })).toEqual({ ok: true, message: '' });
  });

  it.each(['tcp', 'http'] as const)('over %s, a closed port is not ready', async (type) => {
    const result = await probePod('127.0.0.1', { ...asked, type, port: await closedPort() });
    expect(result).toEqual({ ok: false, message: expect.stringContaining('ECONNREFUSED') });
  });

  it('gives up on a server that never answers', async () => {
    const port = await portOf(createServer());
    const result = await probePod('127.0.0.1', { ...asked, type: 'http', port });
    expect(result).toEqual({ ok: false, message: expect.stringContaining('no answer within 1 s') });
  });
});
