import { OPERATIONS } from '@weft/contract';
import { createClient, watch } from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/api.ts';
import { joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { makeToken } from './callers.ts';

/** A word that is in everything of the other namespace and nowhere else. */
const SECRET = 'zq7kitchen';

let plane: Plane;
/** An administrator's token that reaches only the namespace `shop`. */
let token: string;
/** Ids of what is in the other namespace, by the path below which it is. */
const theirs: Record<string, string> = {};
const ours: Record<string, string> = {};

/** Puts one of everything into a namespace. */
async function furnish(namespace: string, into: Record<string, string>, externalIP: string, nodePort: number): Promise<void> {
  const create = async (path: string, body: object) => {
    const { body: made, headers } = await plane.api.ok(`POST ${path}`, { body });
    into[path] = made.id;
    into['/operations'] ??= headers.get('weft-operation') ?? '';
  };
  await create('/namespaces', { name: namespace });
  await create('/pods', { name: `${namespace}-pod`, namespace, labels: { of: namespace } });
  const traffic = { type: 'NodePort', externalIPs: [externalIP], ports: [{ name: `p-${namespace}`.slice(0, 15), port: 80, nodePort }] };
  await create('/services', { name: `${namespace}-svc`, namespace, labels: { of: namespace }, ...traffic });
  await create('/endpoints', { service: `${namespace}-svc`, namespace, ip: '203.0.113.9', port: 80 });
  await create('/tokens', { name: `${namespace}-token`, role: 'viewer', namespaces: [namespace] });
}

beforeAll(async () => {
  plane = await startPlane();
  const change = { headers: { 'If-Match': '*' }, body: { externalCidrs: ['198.51.100.0/24'] } };
  await plane.api.ok('PATCH /cluster', change);
  await joinNode(plane.api, 'somewhere');
  await plane.api.ok('POST /pods', { body: { name: 'elsewhere' } });
  await furnish(SECRET, theirs, '198.51.100.1', 30_111);
  await furnish('shop', ours, '198.51.100.2', 30_112);
  token = (await makeToken(plane, { name: 'shopkeeper', role: 'admin', namespaces: ['shop'] })).token;
});
afterAll(() => plane.stop());

const asked = (request: string, sending: object = {}) => plane.api.send(request, { token, headers: { 'If-Match': '*' }, ...sending });

/** What an answer says, but for the name of its request. */
const told = ({ status, body }: Answer, id: string) => ({
  status,
  body: JSON.parse(
    JSON.stringify(body)
      .replaceAll(id, '<id>')
      .replaceAll(body.requestId ?? '-', '<request>'),
  ),
});

/** The collection that a path is below: `/pods` of `/pods/{id}`. */
const collectionOf = (path: string) => path.replace(/\/\{.*/, '');

const ofOne = OPERATIONS.filter(({ path }) => path.includes('{id}')).filter(({ path }) =>
  ['/namespaces', '/pods', '/services', '/endpoints', '/tokens', '/operations'].includes(collectionOf(path)),
);

describe.each(ofOne.map((operation) => ({ operation })))('$operation.id', ({ operation: { method, path, bodyExample } }) => {
  it('answers about an object of another namespace as about one that never was', async () => {
    const there = theirs[collectionOf(path)] ?? '';
    expect(there).not.toBe('');
    const never = `${there.slice(0, there.indexOf('_'))}_0`;
    const ask = async (one: string) => told(await asked(`${method} ${path.replace('{id}', one)}`, { body: bodyExample }), one);
    const before = await plane.everything();
    const answer = await ask(there);
    expect(answer).toEqual(await ask(never));
    // Namespaces and quotas are changed by those who reach all of them.
    expect([403, 404]).toContain(answer.status);
    if (method === 'GET') expect(answer.status).toBe(404);
    expect(await plane.everything()).toEqual(before);
  });
});

const readable = OPERATIONS.filter(({ method, path, permission }) => method === 'GET' && permission !== null && !path.includes('{id}'));

describe.each(readable.map((operation) => ({ operation })))('$operation.id', ({ operation: { path, query } }) => {
  const filters = Object.keys(query.shape).filter((name) => ['namespace', 'name', 'service', 'object', 'labelSelector'].includes(name));
  const values: Readonly<Record<string, string[]>> = {
    namespace: [SECRET],
    name: [SECRET, `${SECRET}-pod`, `${SECRET}-svc`],
    service: [`${SECRET}-svc`],
    labelSelector: [`of=${SECRET}`],
    get object() {
      return Object.values(theirs);
    },
  };

  it('has nothing of another namespace, whatever is asked for', async () => {
    const all = await asked(`GET ${path}${'limit' in query.shape ? '?limit=1000' : ''}`);
    expect(JSON.stringify(all.body)).not.toContain(SECRET);
    expect(JSON.stringify(all.body)).not.toContain('elsewhere');
    for (const filter of filters)
      for (const value of values[filter] ?? []) {
        const { body } = await asked(`GET ${path}?${filter}=${encodeURIComponent(value)}`);
        expect({ filter, value, items: body.items ?? [] }).toEqual({ filter, value, items: [] });
      }
  });
});

it('has all of its own namespace in every list', async () => {
  for (const path of ['/namespaces', '/pods', '/services', '/endpoints', '/tokens', '/operations']) {
    const { items } = (await asked(`GET ${path}?limit=1000`)).body;
    expect([path, items.map(({ id }: { id: string }) => id)]).toEqual([path, expect.arrayContaining([ours[path]])]);
  }
  expect((await asked('GET /audit-events')).body.items.length).toBeGreaterThan(3);
});

it('may not put anything into another namespace, and is told why', async () => {
  const refused = [
    ['/pods', { name: 'intruder', namespace: SECRET }, '/namespace'],
    ['/services', { name: 'intruder', namespace: SECRET, ports: [{ port: 80 }] }, '/namespace'],
    ['/endpoints', { service: `${SECRET}-svc`, namespace: SECRET, ip: '203.0.113.7', port: 80 }, '/namespace'],
    ['/pods', { name: 'intruder', namespace: 'there-is-none-of-that-name' }, '/namespace'],
    ['/tokens', { name: 'intruder', role: 'viewer', namespaces: ['shop', SECRET] }, '/role'],
    ['/tokens', { name: 'intruder', role: 'viewer' }, '/role'],
  ] as const;
  for (const [path, body, pointer] of refused) {
    const answer = await asked(`POST ${path}`, { body });
    expect([path, answer.status, answer.body.errors[0]?.pointer]).toEqual([path, 403, pointer]);
  }
  const { body } = await asked('POST /pods', { body: { name: 'intruder', namespace: SECRET } });
  expect(body.detail).toBe(`this token reaches only namespaces shop, not ${SECRET}`);
});

it('learns that a port or an address is taken, and by whom only when it may see them', async () => {
  const { body: theirService } = await plane.api.ok(`GET /services/${theirs['/services']}`);
  const { body: theirPod } = await plane.api.ok(`GET /pods/${theirs['/pods']}`);
  const service = { name: 'curious', namespace: 'shop', type: 'NodePort', ports: [{ port: 80 }] };
  const requests = [
    ['NodePortTaken', 'POST /services', { ...service, ports: [{ port: 80, nodePort: 30_111 }] }],
    ['AddressTaken', 'POST /services', { ...service, externalIPs: ['198.51.100.1'] }],
    ['AddressTaken', 'POST /services', { ...service, clusterIP: theirService.clusterIP }],
    ['AddressTaken', 'POST /pods', { name: 'curious', namespace: 'shop', node: theirPod.node, ip: theirPod.ip }],
  ] as const;
  for (const [code, what, body] of requests) {
    const hidden = (await asked(what, { body })).body;
    expect(hidden.code).toBe(code);
    expect(JSON.stringify(hidden)).not.toContain(SECRET);
    expect((await plane.api.send(what, { body })).body.detail).toContain(` ${SECRET}/${SECRET}-`);
  }
  const ours = await asked('POST /services', { body: { ...service, ports: [{ port: 80, nodePort: 30_112 }] } });
  expect(ours.body.detail).toContain('shop/shop-svc');
});

it('gets no answer that was kept for somebody else', async () => {
  const key = { 'Idempotency-Key': 'the-same' };
  const body = { name: `${SECRET}-again`, namespace: SECRET };
  await plane.api.ok('POST /pods', { headers: key, body });
  expect((await plane.api.send('POST /pods', { token, headers: key, body })).status).toBe(403);
  expect((await plane.api.send('POST /pods', { token, headers: key, body: { name: 'mine', namespace: 'shop' } })).status).toBe(201);
});

it('selects no pods of another namespace', async () => {
  const body = { name: 'greedy', namespace: 'shop', selector: { of: SECRET }, ports: [{ port: 80 }] };
  const made = (await asked('POST /services', { body })).body;
  expect(made.status.endpoints).toEqual({ ready: 0, total: 0 });
  await asked(`DELETE /services/${made.id}`);
});

describe('a watch', () => {
  const stop = new AbortController();
  afterAll(() => stop.abort());

  it.each(['/pods', '/services', '/endpoints', '/namespaces'] as const)(
    'of %s tells of its own namespace, from the list and from what happens',
    async (path) => {
      const events = watch(createClient({ url: plane.api.url, token }), path, { signal: stop.signal });
      const names: string[] = [];
      const until = async (last: string) => {
        for (let seen = ''; !seen.includes(last); ) {
          const { value: event } = await events.next();
          if (event === undefined) throw new Error('the watch has ended');
          seen = event.type !== 'BOOKMARK' ? JSON.stringify(event.object) : event.synced ? 'synced' : '';
          names.push(seen);
        }
      };
      await until('synced');
      const label = { labels: { touched: path.slice(1) } };
      const touch = async (place: string, of: Record<string, string>) => {
        const change = path === '/endpoints' ? { weight: place === 'shop' ? 77 : 78 } : label;
        await plane.api.ok(`PATCH ${path}/${of[path]}`, { headers: { 'If-Match': '*' }, body: change });
      };
      await touch(SECRET, theirs);
      await touch('shop', ours);
      await until(path === '/endpoints' ? '"weight":77' : `"touched":"${path.slice(1)}"`);
      expect(names.filter((text) => text.includes(SECRET) || text.includes('elsewhere'))).toEqual([]);
      expect(names.filter((text) => text.includes('shop')).length).toBeGreaterThan(1);
    },
  );

  it('of what is about the fleet is refused', async () => {
    expect((await asked('GET /nodes?watch=true')).status).toBe(403);
  });
});
