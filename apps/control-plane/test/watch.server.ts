import { createClient, type Positioned, type WatchEvents, type WatchOptions, watch } from '@weft/sdk';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { joinNode } from './harness/executor.ts';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let stop = new AbortController();

beforeAll(async () => {
  plane = await startPlane();
});
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});
afterAll(() => plane.stop());

type ServiceEvent = Positioned<WatchEvents['/services']>;

const service = (name: string, labels = {}) => ({ body: { name, labels, ports: [{ port: 80 }] } });
const told = (event: ServiceEvent) =>
  event.type === 'BOOKMARK' ? (event.synced ? 'synced' : 'bookmark') : `${event.type} ${event.object.name}`;

/** Opens a watch on the services and gives what it says, one at a time. */
function watching(options: WatchOptions = {}, url = plane.api.url) {
  const events = watch(createClient({ url, token: plane.admin }), '/services', { ...options, signal: stop.signal });
  const next = async () => {
    const { value } = await events.next();
    return value as ServiceEvent;
  };
  return {
    next,
    /** What is told until, and with, that. */
    async until(last: string): Promise<string[]> {
      const all: string[] = [];
      while (all.at(-1) !== last) all.push(told(await next()));
      return all;
    },
  };
}

it('begins with everything there is, then tells what happens', async () => {
  const first = (await plane.api.ok('POST /services', service('first'))).body;
  const stream = watching();
  expect(await stream.until('synced')).toContain('ADDED first');
  await plane.api.ok('POST /services', service('second'));
  await plane.api.ok(`PATCH /services/${first.id}`, { body: { labels: { a: 'b' } }, headers: { 'If-Match': '*' } });
  await plane.api.ok(`DELETE /services/${first.id}`, { headers: { 'If-Match': '*' } });
  expect(await stream.until('DELETED first')).toEqual(['ADDED second', 'MODIFIED first', 'DELETED first']);
});

it('tells what is committed through another replica', async () => {
  const stream = watching();
  await stream.until('synced');
  const replica = await plane.replica();
  await replica.api.ok('POST /services', service('from-elsewhere'));
  await stream.until('ADDED from-elsewhere');
  await replica.stop();
});

it('goes on where it was, and misses nothing', async () => {
  const stream = watching();
  await stream.until('synced');
  await plane.api.ok('POST /services', service('before'));
  const { position } = await stream.next();
  stop.abort();
  stop = new AbortController();
  for (const name of ['while-1', 'while-2']) await plane.api.ok('POST /services', service(name));
  const resumed = watching({ since: position ?? '' });
  expect(await resumed.until('ADDED while-2')).toEqual(['ADDED while-1', 'ADDED while-2']);
  await plane.api.ok('POST /services', service('after'));
  expect(await resumed.until('ADDED after')).toEqual(['ADDED after']);
});

it('shows only what its filters let through', async () => {
  await plane.api.ok('POST /namespaces', { body: { name: 'shop' } });
  const stream = watching({ query: { namespace: 'shop', labelSelector: 'app=web' } });
  expect(await stream.until('synced')).toEqual(['synced']);
  await plane.api.ok('POST /services', service('elsewhere', { app: 'web' }));
  const { id } = (await plane.api.ok('POST /services', { body: { ...service('inside').body, namespace: 'shop' } })).body;
  const label = (app: string) => plane.api.ok(`PATCH /services/${id}`, { body: { labels: { app } }, headers: { 'If-Match': '*' } });
  await label('web');
  await label('db');
  expect(await stream.until('DELETED inside')).toEqual(['ADDED inside', 'DELETED inside']);
});

it('can watch every kind', async () => {
  await joinNode(plane.api, 'node-w');
  for (const path of ['/namespaces', '/nodes', '/pods', '/endpoints', '/rollouts', '/drift-events'] as const) {
    const events = watch(createClient({ url: plane.api.url, token: plane.admin }), path, { signal: stop.signal });
    for await (const event of events) if (event.type === 'BOOKMARK') break;
  }
});

it.each([
  ['of another epoch', () => 'elsewhere.1'],
  ['of a revision that is yet to come', (epoch: string) => `${epoch}.999999`],
])('refuses a position %s: start over', async (_what, position) => {
  const { epoch } = (await plane.api.ok('GET /cluster')).body;
  const refused = await plane.api.send('GET /services?watch=true', { headers: { 'Last-Event-ID': position(epoch) } });
  expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 410, code: 'Expired' });
});

it('refuses a position whose history was trimmed', async () => {
  const { epoch, revision } = (await plane.api.ok('GET /cluster')).body;
  await plane.store.upkeep.trimHistory(0);
  await plane.api.ok('POST /services', service('after-trim'));
  await plane.store.upkeep.trimHistory(0);
  const refused = await plane.api.send(`GET /services?watch=true&since=${epoch}.${revision - 1}`);
  expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 410, code: 'Expired' });
});

it('ends quietly when the control plane goes down', async () => {
  const replica = await plane.replica();
  const response = await fetch(`${replica.api.url}/services?watch=true`, { headers: { Authorization: `Bearer ${plane.admin}` } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const stopping = replica.stop();
  let last = await reader?.read();
  while (!last?.done) last = await reader?.read();
  await stopping;
});
