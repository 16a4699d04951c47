import { once } from 'node:events';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createAsker, createHintSender, createNodeUsers } from '@weft/jobs';
import { createLogger } from '@weft/telemetry';
import { freshDatabase } from '@weft/testing/servers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewApp } from '../src/app.ts';
import { openCluster } from '../src/commands/database.ts';
import { migrate } from '../src/commands/migrate.ts';
import { readConfig } from '../src/config.ts';
import { Console } from '../src/console/console.ts';
import { Docs } from '../src/docs/docs.ts';
import { createServer } from '../src/http/server.ts';
import { start } from '../src/lifecycle.ts';
import { Metrics } from '../src/metrics.ts';
import { type Plane, startPlane } from './harness/plane.ts';

const log = createLogger('test', 'silent');

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

it('refuses a route that is no operation of the contract', () => {
  const server = createServer(new Metrics(), new Docs(previewApp), new Console('/nonexistent'), log).getInstance<FastifyInstance>();
  expect(() => server.get('/secret', () => 'everything')).toThrow('GET /secret has no @Operation');
});

it('serves every address it is given, under both names of every path', async () => {
  const replica = await plane.replica({ WEFT_LISTEN: '127.0.0.1:0,127.0.0.2:17397' });
  for (const url of [replica.api.url, 'http://127.0.0.2:17397'])
    for (const path of ['/livez', '/v1/livez']) expect((await fetch(`${url}${path}`)).status).toBe(200);
  await replica.stop();
  await expect(fetch('http://127.0.0.2:17397/livez')).rejects.toThrow();
});

it('goes down at once though a client has opened a connection in advance', { timeout: 5_000 }, async () => {
  const replica = await plane.replica();
  const { hostname, port } = new URL(replica.api.url);
  const waiting = connect(Number(port), hostname);
  await once(waiting, 'connect');
  // The server has taken the connection when it has answered on a later one.
  await replica.api.ok('GET /livez');
  await Promise.all([once(waiting, 'close'), replica.stop()]);
});

it('says which address is in use, and holds on to nothing', async () => {
  const taken = createTcpServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const config = readConfig({ DATABASE_URL: 'postgresql:///unused', WEFT_LISTEN: `127.0.0.1:${port}` });
  const hints = createHintSender({ url: 'redis://127.0.0.1:1' });
  const nodeUsers = createNodeUsers({ url: 'redis://127.0.0.1:1' });
  const asker = createAsker({ url: 'redis://127.0.0.1:1' });
  await expect(start({ store: plane.store, hints, nodeUsers, asker, config, log })).rejects.toThrow(
    `127.0.0.1:${port} is in use by another process`,
  );
  nodeUsers.close();
  await asker.close();
  await hints.close();
  taken.close();
});

it('says that the database is not there, not migrated, or not a cluster yet', async () => {
  const database = await freshDatabase();
  const open = (url: string) => openCluster(readConfig({ DATABASE_URL: url }));
  await expect(open('postgresql://weft:secret@127.0.0.1:1/x')).rejects.toThrow(/^cannot use the database at 127\.0\.0\.1:1\/x: [^\n]+$/);
  await expect(open('postgresql://weft:secret@127.0.0.1:1/x')).rejects.not.toThrow('secret');
  await expect(open(database.url)).rejects.toThrow('is not migrated; run the command "migrate" first');
  await migrate(readConfig({ DATABASE_URL: database.url, WEFT_LOG: 'silent', WEFT_SERVICE_CIDRS: '198.18.0.0/24' }));
  const store = await open(database.url);
  expect((await store.cluster.get()).serviceCidrs).toEqual(['198.18.0.0/24']);
  await store.close();
  await database.drop();
});
