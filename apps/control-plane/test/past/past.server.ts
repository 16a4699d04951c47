import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
let serviceId: string;
/** The revision before the service was there, that at which it came, that at which its port changed, and that at which it went. */
let before: number;
let made: number;
let changed: number;
let gone: number;

const revisionOf = ({ headers }: { readonly headers: Headers }) => Number(headers.get('Weft-Revision'));
const get = async (path: string) => (await plane.api.ok(`GET ${path}`)).body;
const refusal = async (path: string) => {
  const { status, body } = await plane.api.send(`GET ${path}`);
  return [status, body.code];
};

beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'node-a');
  before = (await get('/cluster')).revision;
  const creation = await plane.api.ok('POST /services', { body: { name: 'web', labels: { app: 'web' }, ports: [{ port: 80 }] } });
  serviceId = creation.body.id;
  made = revisionOf(creation);
  const sending = { headers: { 'If-Match': '*' } };
  changed = revisionOf(await plane.api.ok(`PATCH /services/${serviceId}`, { ...sending, body: { ports: [{ port: 81 }] } }));
  gone = revisionOf(await plane.api.ok(`DELETE /services/${serviceId}`, sending));
});
afterAll(() => plane.stop());

it('lists the rules of a node as of any revision, whose they are, and their sum', async () => {
  const rules = `/nodes/${node.id}/rules`;
  const of = async (query: string) => get(`${rules}?limit=1000&${query}`);
  const then = await of(`revision=${made}&owner=${serviceId}`);
  expect(then).toMatchObject({ node: node.name, backend: 'nftables', revision: made, rulesHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(then.items.length).toBeGreaterThan(0);
  for (const { owners } of then.items) expect(owners).toContainEqual({ kind: 'service', id: serviceId, namespace: 'default', name: 'web' });
  expect((await of(`revision=${gone}&owner=${serviceId}`)).items).toEqual([]);
  expect((await of(`revision=${gone}`)).rulesHash).toBe((await of(`revision=${before}`)).rulesHash);
  expect((await of('')).revision).toBe(gone);
  const { items } = await of(`revision=${made}`);
  expect((await of(`revision=${made}&kind=link`)).items).toEqual(items.filter(({ kind }: { kind: string }) => kind === 'link'));
  expect((await of(`revision=${made}&text=wf-no-such`)).items).toEqual([]);
});

it('gives pages of the revision of the first, whatever happens between', async () => {
  const all = (await get(`/nodes/${node.id}/rules?limit=1000`)).items;
  const first = await get(`/nodes/${node.id}/rules?limit=3`);
  await plane.api.ok('POST /namespaces', { body: { name: 'between' } });
  const second = await get(`/nodes/${node.id}/rules?limit=1000&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items]).toEqual(all);
  expect([second.revision, second.nextCursor]).toEqual([first.revision, null]);
  expect(await refusal(`/nodes/${node.id}/rules?cursor=MQ`)).toEqual([400, 'BadRequest']);
  expect(await refusal(`/nodes/${node.id}/rules/difference?from=1&cursor=${first.nextCursor}`)).toEqual([400, 'BadRequest']);
});

it('tells how the rules of a node differ between two revisions, both ways, and when it was not there', async () => {
  const compare = async (query: string) => get(`/nodes/${node.id}/rules/difference?limit=1000&${query}`);
  const there = await compare(`from=${before}&to=${made}`);
  expect(there).toMatchObject({ node: node.name, from: before, to: made, totals: { removed: 0, replaced: 0, moved: 0 } });
  expect(there.totals.added).toBe(there.items.length);
  for (const { change, before: was, owner } of there.items) expect([change, was, owner.id]).toEqual(['added', null, serviceId]);
  const back = await compare(`from=${made}&to=${before}`);
  expect(back.totals).toMatchObject({ added: 0, removed: there.totals.added });
  expect(await compare(`from=${changed}&to=${changed}`)).toMatchObject({ items: [], nextCursor: null });
  const born = await compare(`from=0&to=${before}`);
  expect(born.totals.added).toBe((await get(`/nodes/${node.id}/rules?revision=${before}&limit=1000`)).items.length);
  expect(await compare(`from=${made}&text=:81`)).toMatchObject({ to: (await get('/cluster')).revision });
  const page = await get(`/nodes/${node.id}/rules/difference?from=0&to=${before}&limit=2`);
  const next = await get(`/nodes/${node.id}/rules/difference?from=0&limit=1000&cursor=${page.nextCursor}`);
  expect([...page.items, ...next.items]).toEqual(born.items);
});

it('lists objects as of then, and what became of them', async () => {
  const names = async (query: string) => (await get(`/objects?${query}`)).items.map(({ name }: { name: string }) => name);
  expect(await names(`kind=service&revision=${made}`)).toEqual(['web']);
  expect(await names(`kind=service&revision=${before}`)).toEqual([]);
  expect(await names('kind=service')).toEqual([]);
  expect(await names(`kind=service&revision=${made}&labelSelector=app=other`)).toEqual([]);
  const [{ object }] = (await get(`/objects?kind=service&revision=${made}`)).items;
  expect(object).toMatchObject({ name: 'web', ports: [{ port: 80 }], status: { endpoints: { ready: 0, total: 0 } } });
  const story = async (from: number, to: number) =>
    (await get(`/objects/difference?kind=service&from=${from}&to=${to}`)).items.map(
      (one: Record<'before' | 'after', { ports: { port: number }[] } | null>) => [one.before?.ports[0]?.port, one.after?.ports[0]?.port],
    );
  expect(await story(before, made)).toEqual([[undefined, 80]]);
  expect(await story(made, changed)).toEqual([[80, 81]]);
  expect(await story(made, gone)).toEqual([[80, undefined]]);
  expect(await story(before, gone)).toEqual([]);
});

it('takes a time for the newest revision committed by then', async () => {
  const events = (await get('/audit-events?limit=1000')).items as { revision: number; at: string }[];
  const { at } = events.find(({ revision }) => revision === made) ?? { at: '' };
  const abroad = `${new Date(Date.parse(at) + 3_600_000).toISOString().slice(0, -1)}+01:00`;
  const then = await get(`/objects?kind=service&at=${encodeURIComponent(abroad)}`);
  expect(then.revision).toBe(made);
  expect((await get(`/objects/difference?kind=service&from=${at}&to=${changed}`)).items).toHaveLength(1);
});

it('refuses what is not kept, is still to come, never was, or is two moments', async () => {
  const rules = `/nodes/${node.id}/rules`;
  expect(await refusal(`${rules}?revision=999999`)).toEqual([400, 'BadRequest']);
  expect(await refusal(`${rules}?revision=1`)).toEqual([404, 'NotFound']);
  expect(await refusal('/nodes/node_0/rules/difference?from=0')).toEqual([404, 'NotFound']);
  expect(await refusal(`/objects?kind=pod&revision=1&at=2026-01-01T00:00:00Z`)).toEqual([422, 'ValidationFailed']);
  expect(await refusal('/objects?kind=pod&at=0000-01-01T00:00:00Z')).toEqual([422, 'ValidationFailed']);
  expect(await refusal('/objects?kind=secret')).toEqual([422, 'ValidationFailed']);
  await plane.store.upkeep.trimHistory(0);
  await plane.store.upkeep.forgetPast(0);
  expect(await refusal(`${rules}?revision=${made}`)).toEqual([410, 'Expired']);
  expect(await refusal(`${rules}/difference?from=${made}`)).toEqual([410, 'Expired']);
  expect(await refusal(`/objects?kind=pod&at=2026-01-01T00:00:00Z`)).toEqual([410, 'Expired']);
});

it('shows a token of some namespaces the objects of those, and no rules', async () => {
  const { token } = (await plane.api.ok('POST /tokens', { body: { name: 'narrow', role: 'viewer', namespaces: ['between'] } })).body;
  const ask = async (path: string) => plane.api.send(`GET ${path}`, { token });
  const named = async (kind: string) => (await ask(`/objects?kind=${kind}`)).body.items.map(({ name }: { name: string }) => name);
  expect(await named('namespace')).toEqual(['between']);
  expect(await named('node')).toEqual([]);
  expect((await ask(`/nodes/${node.id}/rules`)).status).toBe(403);
});
