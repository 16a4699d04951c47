import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { DesiredService } from '@weft/model';
import { createLogger } from '@weft/telemetry';
import { plan, service, tcp } from '@weft/testing/desired';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HealthServers } from '../../src/health/health-servers.ts';

let servers: HealthServers;
let healthy: boolean;
const others: Server[] = [];
beforeEach(() => {
  healthy = true;
  servers = new HealthServers(() => healthy, createLogger('test', 'silent'));
});
afterEach(() => {
  servers.close();
  for (const other of others.splice(0)) other.close();
});

async function listen(port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer().listen(port, '0.0.0.0');
  others.push(server);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

async function freePort(): Promise<number> {
  const one = await listen();
  await one.close();
  return one.port;
}

async function serve(...services: readonly DesiredService[]): Promise<void> {
  servers.serve({ nodeId: 'node_1', desired: { services }, delta: null });
  await servers.settled();
}

const web = (port: number, ...endpoints: readonly string[]) =>
  service(1, [tcp(80, endpoints)], { healthCheckNodePort: port, namespace: 'shop', name: 'web' });

const status = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`)).status;

it('answers at every address, by what is so when it is asked', async () => {
  const port = await freePort();
  await serve(web(port, plan.pod(1, 1)));
  for (const address of ['127.0.0.1', '127.0.0.2']) {
    const answer = await fetch(`http://${address}:${port}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-load-balancing-endpoint-weight')).toBe('1');
    expect(await answer.json()).toMatchObject({ service: { namespace: 'shop', name: 'web' }, serviceProxyHealthy: true });
  }
  await serve(web(port));
  expect(await status(port)).toBe(503);
  await serve(web(port, plan.pod(1, 1)));
  expect(await status(port)).toBe(200);
  healthy = false;
  expect(await status(port)).toBe(503);
});

it('opens what is new, closes what is gone, and never lets go of what stays', async () => {
  const [stays, goes, comes] = [await freePort(), await freePort(), await freePort()];
  const other = (port: number) => ({ ...web(port, plan.pod(1, 1)), name: 'other' });
  await serve(web(stays, plan.pod(1, 1)), other(goes));
  let asking = true;
  const answers = (async () => {
    const seen = new Set<number>();
    while (asking) seen.add(await status(stays));
    return seen;
  })();
  await serve(web(stays, plan.pod(1, 1), plan.pod(1, 2)), other(comes));
  expect(await status(comes)).toBe(200);
  await expect(status(goes)).rejects.toThrow();
  asking = false;
  expect(await answers).toEqual(new Set([200]));
});

it('says which port somebody else has, serves the others, and takes it when it is free', async () => {
  const taken = await listen();
  const free = await freePort();
  await serve(web(taken.port, plan.pod(1, 1)), { ...web(free, plan.pod(1, 1)), name: 'other' });
  expect(servers.failure?.code).toBe('HealthCheckPortFailed');
  expect(servers.failure?.message).toMatch(`health checks of shop/web are not answered on port ${taken.port}: `);
  expect(servers.failure?.message).toMatch('EADDRINUSE');
  expect(await status(free)).toBe(200);
  await taken.close();
  await serve(web(taken.port, plan.pod(1, 1)));
  expect(servers.failure).toBeNull();
  expect(await status(taken.port)).toBe(200);
});

it('forgets a port that it could not open when nobody wants it any more', async () => {
  const taken = await listen();
  await serve(web(taken.port));
  await serve();
  expect(servers.failure).toBeNull();
});
