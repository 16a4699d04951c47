import type { Explanation, KernelObject } from '@weft/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { type NodeWithKernel, nodeWithKernel } from './node-with-kernel.ts';

let plane: Plane;
let node: NodeWithKernel;
let other: NodeWithKernel;
let service: { readonly id: string };

beforeAll(async () => {
  plane = await startPlane();
  const { api } = plane;
  // Nodes of tests do not say that they live.
  await api.ok('PATCH /cluster', { headers: { 'If-Match': '*' }, body: { notReadyAfterSeconds: 3_600 } });
  node = await nodeWithKernel(api, plane.redisUrl, 'one');
  other = await nodeWithKernel(api, plane.redisUrl, 'two');
  await api.ok('POST /pods', { body: { name: 'web-1', node: node.name, labels: { app: 'web' }, ports: [{ containerPort: 8080 }] } });
  const body = { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
  service = (await api.ok('POST /services', { headers: { 'X-Request-Id': 'make-web' }, body })).body;
  await settle();
});
afterAll(async () => {
  await Promise.all([node.close(), other.close()]);
  await plane.stop();
});

/** Applies everywhere until pods that have come up are known. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round++) for (const one of [node, other]) await one.apply();
}

const list = async (query: string) => (await plane.api.ok(`GET /nodes/${node.id}/dataplane?${query}`)).body;
const explain = async (body: unknown): Promise<Explanation[]> =>
  (await plane.api.ok(`POST /nodes/${node.id}/explain`, { body })).body.items;
const ofService = async (query = '') => (await plane.api.ok(`GET /services/${service.id}/dataplane${query}`)).body;

function one(fits: (object: KernelObject) => boolean): KernelObject {
  const object = node.objects().find(fits);
  if (object === undefined) throw new Error('there is no such thing');
  return object;
}

const counted = () => one(({ place, key }) => place.endsWith('set service-connections') && key.includes('tcp . 80'));
const frontend = () => one(({ place, key }) => place.includes(' map ') && key.includes('tcp . 80'));

it('explains a line as nft prints it', async () => {
  const { key, text } = counted();
  const line = text.replace(' comment', ' counter packets 3 bytes 180 comment');
  const explained = await explain({ text: `\telements = { ${line},` });
  expect(explained.map(({ place }) => place)).toEqual(['table ip weft set service-connections', 'table ip weft set service-traffic']);
  for (const explanation of explained)
    expect(explanation).toMatchObject({
      kind: 'nft-element',
      key,
      standing: 'ours',
      owners: [{ kind: 'service', id: service.id, namespace: 'default', name: 'web', generation: 1 }],
      origin: { requestId: 'make-web', operation: 'serviceCreate', actor: { kind: 'user', name: 'admin' } },
      drift: [],
    });
});

it('explains a thing by its name, and a part of a text', async () => {
  const { kind, place, key, text } = frontend();
  expect(await explain({ kind, place, key })).toMatchObject([{ text, standing: 'ours' }]);
  const [address = ''] = key.split(' ');
  const about = await explain({ text: address });
  expect(about.length).toBeGreaterThan(0);
  for (const thing of about) expect(thing.key + thing.text).toContain(address);
  expect(await explain({ text: 'nothing like that' })).toEqual([]);
});

it('refuses a blank text, which everything has as a part', async () => {
  const refused = await plane.api.send(`POST /nodes/${node.id}/explain`, { body: { text: ' \n' } });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/text' }] } });
});

it('calls foreign what somebody planted, also among what is ours', async () => {
  const planted: KernelObject = {
    kind: 'nft-rule',
    place: 'table ip weft chain services',
    key: 'tcp dport 22 drop',
    text: 'tcp dport 22 drop',
  };
  node.plant(planted);
  expect(await explain({ text: 'tcp dport 22 drop # handle 7' })).toMatchObject([{ standing: 'foreign', owners: [], origin: null }]);
  const { items, total } = await list('foreign=true');
  expect([total, items]).toMatchObject([1, [planted]]);
  node.alter(planted, null);
});

it('tells what is altered and what is missing, and who did it where the kernel says so', async () => {
  const { kind, place, key, text } = frontend();
  const event = {
    id: 'drift_01k8',
    firstAt: '2026-11-21T12:00:00.000Z',
    lastAt: '2026-11-21T12:00:00.000Z',
    count: 1,
    noticedBy: 'nft-monitor',
    process: { pid: 4711, name: 'nft' },
    policy: 'observe',
    outcome: 'standing',
    settledAt: null,
    durationMs: null,
    changes: [{ kind: 'nft', object: `element of ${place.replace('table ip weft ', '')}`, wanted: text, found: null }],
    moreChanges: 0,
    message: '',
  };
  await plane.api.ok('PUT /node-agent/drift', { token: node.token, body: { session: node.session, standing: 1, events: [event] } });
  const drift = [{ id: event.id, lastAt: event.lastAt, process: event.process, outcome: 'standing' }];
  node.alter(frontend(), `${key} : drop`);
  expect(await explain({ kind, place, key })).toMatchObject([{ standing: 'altered', text: `${key} : drop`, wanted: text, drift }]);
  node.alter(frontend(), null);
  const missing = { standing: 'missing', text, origin: { operation: 'nodeAgentReport', actor: { kind: 'node', name: node.name } }, drift };
  expect(await explain({ kind, place, key })).toMatchObject([missing]);
  const { items } = await list(`owner=${service.id}&kind=nft-element&text=${encodeURIComponent(key)}`);
  expect(items).toContainEqual(expect.objectContaining({ kind, place, key, standing: 'missing' }));
  expect((await ofService()).groups.find(({ nodes }: { nodes: string[] }) => nodes.includes(node.name))).toMatchObject({ differing: 1 });
  await settle();
});

it('lists part by part, of one look', async () => {
  const all: KernelObject[] = [];
  let cursor = '';
  do {
    const { items, nextCursor } = await list(`limit=7${cursor}`);
    expect(items.length).toBeLessThanOrEqual(7);
    all.push(...items);
    cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
  } while (cursor !== '');
  expect(all.map(({ kind, place, key }) => ({ kind, place, key }))).toEqual(
    node.objects().map(({ kind, place, key }) => ({ kind, place, key })),
  );
  const gone = Buffer.from(JSON.stringify({ look: 'another', known: 7 })).toString('base64url');
  expect((await plane.api.send(`GET /nodes/${node.id}/dataplane?cursor=${gone}`)).body.code).toBe('Expired');
  expect((await plane.api.send(`GET /nodes/${node.id}/dataplane?cursor=nonsense`)).body.code).toBe('BadRequest');
});

it('lists what one object has, part by part', async () => {
  const first = await list(`owner=${service.id}&limit=2`);
  const second = await list(`owner=${service.id}&limit=1000&cursor=${first.nextCursor}`);
  expect(first.items.length + second.items.length).toBe(first.total);
  for (const { owners } of [...first.items, ...second.items]) expect(owners.map(({ id }: { id: string }) => id)).toContain(service.id);
});

it('sets side by side what a service has: on all nodes the same, then on one otherwise', async () => {
  const { groups, revision } = await ofService();
  expect(revision).toBeGreaterThan(0);
  for (const { answered, differing, objects } of groups) {
    expect([answered, differing]).toEqual([true, 0]);
    for (const { desired, applied, live } of objects) expect([applied, live]).toEqual([desired, desired]);
  }
  expect(groups.flatMap(({ nodes }: { nodes: string[] }) => nodes).sort()).toEqual([node.name, other.name].sort());
  await plane.api.ok(`PATCH /services/${service.id}`, { headers: { 'If-Match': '*' }, body: { ports: [{ port: 81, targetPort: 8080 }] } });
  await other.apply();
  const [lagging] = (await ofService(`?node=${node.name}`)).groups;
  expect(lagging.nodes).toEqual([node.name]);
  const states = lagging.objects.map(({ desired, applied, live }: Record<string, unknown>) =>
    [desired, applied, live].map((text) => text !== null),
  );
  expect(states).toContainEqual([true, false, false]);
  expect(states).toContainEqual([false, true, true]);
  expect(lagging.differing).toBeGreaterThan(0);
  await settle();
});

it('says of a node that does not answer that nobody knows', async () => {
  await other.close();
  const { status, body } = await plane.api.send(`GET /nodes/${other.id}/dataplane`);
  expect([status, body.code]).toEqual([503, 'Unavailable']);
  expect(body.detail).toContain(other.name);
});
