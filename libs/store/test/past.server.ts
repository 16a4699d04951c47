import { DEFAULT_NETWORK, type DesiredService, type DesiredState, stateChecksum } from '@weft/model';
import { beginEpoch, initialise, type Store } from '@weft/store';
import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { addNode, endpoint, node, pod, request, service, testCluster } from './support/cluster.ts';
import { EVENTS, HAPPEN, type World } from './support/events.ts';
import { comparable, EVERYTHING, pullOnto } from './support/pull.ts';

/** What a node pulled when something had happened. */
interface Pulled {
  readonly nodeId: string;
  readonly state: DesiredState;
}

/** A cluster that something happens to again and again, and what its nodes pulled after each time. */
async function history(changes: number) {
  const cluster = await testCluster();
  const { store } = cluster;
  const world: World = { store, node: await addNode(store, 'node-1'), other: await addNode(store, 'node-2'), step: 0 };
  const pulled: Pulled[] = [];
  for (const [event, n] of fc.sample(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(1000)), changes)) {
    world.step += 1;
    await HAPPEN[event](world, n);
    for (const one of [world.node, world.other]) pulled.push({ nodeId: one.id, state: await pullOnto(store, one, null) });
  }
  return { ...cluster, pulled };
}

async function expectToldAsPulled(store: Store, pulled: readonly Pulled[]): Promise<void> {
  for (const { nodeId, state } of pulled) {
    const told = await store.past.desired(nodeId, state.revision);
    expect(comparable(told.state)).toEqual(comparable(state));
    expect(told.checksum).toBe(stateChecksum(state));
  }
}

/** Makes everything that happened up to a revision as old as that. */
async function age(databaseUrl: string, revision: number, days: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('UPDATE change SET at = at - make_interval(days => $1) WHERE revision <= $2', [days, revision]);
  await client.end();
}

const DAY = 86_400;

test('where a control plane of before recorded nothing of what it changed, the past begins anew', async () => {
  const { store, pulled, databaseUrl } = await history(40);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    DELETE FROM desired_version WHERE kind IN ('service', 'node') AND revision > 1;
    UPDATE desired_version SET body = body || '{"ip":"192.0.2.1"}' WHERE kind = 'pod' AND body IS NOT NULL;
    INSERT INTO desired_version SELECT 'pod_gone', 1, 'pod', id, NULL, '{}' FROM node LIMIT 1`);
  await client.end();
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  const { revision } = await store.history.position();
  expect(await store.past.oldest()).toBe(revision);
  const now = pulled.slice(-2).map(({ nodeId, state }) => ({ nodeId, state: { ...state, revision } }));
  for (const { nodeId, state } of now) expect((await store.past.desired(nodeId, revision)).checksum).toBe(stateChecksum(state));
  // Once is enough.
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  expect(await store.past.oldest()).toBe(revision);
});

test('what a node had to make true at any revision is told as it pulled it then, also when older revisions are forgotten', async () => {
  const { store, pulled, databaseUrl } = await history(220);
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  expect(await store.past.oldest()).toBe(0);
  await expectToldAsPulled(store, pulled);
  const horizon = pulled[pulled.length >> 1]?.state.revision ?? 0;
  await age(databaseUrl, horizon, 40);
  expect(await store.upkeep.forgetPast(30 * DAY)).toBe(0);
  await store.upkeep.trimHistory(DAY);
  expect(await store.upkeep.forgetPast(30 * DAY)).toBe(horizon);
  expect(await store.past.oldest()).toBe(horizon);
  await expectToldAsPulled(
    store,
    pulled.filter(({ state }) => state.revision >= horizon),
  );
  const [first] = pulled;
  await expect(store.past.desired(first?.nodeId ?? '', horizon - 1)).rejects.toMatchObject({ code: 'Expired' });
});

test('of what is forgotten only that stays which is still true', async () => {
  const { store, databaseUrl } = await testCluster();
  const { id } = await addNode(store, 'node-1');
  const { object: kept } = await store.services.create(request(), service('kept'));
  const { object: gone } = await store.services.create(request(), service('gone'));
  await store.endpoints.create(request(), endpoint('gone', '203.0.113.1'));
  for (const port of [81, 82, 83])
    await store.services.update(request(), kept.id, 'any', {
      ports: [{ name: null, protocol: 'TCP', port, targetPort: null, nodePort: null }],
    });
  const { revision } = await store.services.delete(request(), gone.id, 'any');
  await age(databaseUrl, revision, 2);
  await store.upkeep.trimHistory(DAY);
  await store.upkeep.forgetPast(DAY);
  expect((await store.past.desired(id, revision)).state.services).toMatchObject([{ name: 'kept', ports: [{ port: 83 }] }]);
  expect(await store.past.versionsOf(kept.id, { upTo: revision, limit: 10 })).toHaveLength(1);
  expect(await store.past.versionsOf(gone.id, { upTo: revision, limit: 10 })).toEqual([]);
  expect((await store.past.objects('service', revision, EVERYTHING)).items.map(({ id: one }) => one)).toEqual([kept.id]);
});

test('versions of a service say who made each, and what it led to then', async () => {
  const { store } = await testCluster();
  const { object } = await store.services.create(request({ requestId: 'req-create' }), service('svc'));
  await store.endpoints.create(request({ requestId: 'req-first' }), endpoint('svc', '203.0.113.1'));
  await store.endpoints.create(request(), endpoint('svc', '203.0.113.2'));
  const { revision } = await store.services.delete(request({ requestId: 'req-delete' }), object.id, 'any');
  const versions = await store.past.versionsOf(object.id, { upTo: revision, limit: 10 });
  const story = versions.map(({ body, change }) => [
    change?.requestId.startsWith('req-') ? change.operation : null,
    (body as DesiredService | null)?.ports[0]?.endpoints.map(({ ip }) => ip) ?? null,
  ]);
  expect(story.map(([, ips]) => ips)).toEqual([null, ['203.0.113.1', '203.0.113.2'], ['203.0.113.1'], []]);
  expect(versions.map(({ change }) => change?.requestId)).toMatchObject(['req-delete', expect.any(String), 'req-first', 'req-create']);
  expect(await store.past.versionsOf(object.id, { upTo: revision - 1, limit: 1 })).toEqual([versions[1]]);
});

test('objects are told as they were, narrowed and in pages', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  const names = async (revision: number, query: Partial<Parameters<Store['past']['objects']>[2]> = {}) =>
    (await store.past.objects('pod', revision, { ...EVERYTHING, ...query })).items.map(({ object }) => object.name);
  for (const n of [1, 2, 3, 4]) await store.pods.create(request(), pod(`pod-${n}`, { labels: { half: String(n % 2) } }));
  const { revision } = await store.cluster.get();
  const [first] = (await store.pods.list(EVERYTHING)).items;
  await store.pods.update(request(), first?.id ?? '', 'any', { labels: { half: '0' } });
  const { revision: after } = await store.pods.delete(request(), first?.id ?? '', 'any');
  expect(await names(revision)).toEqual(['pod-1', 'pod-2', 'pod-3', 'pod-4']);
  expect(await names(revision - 2)).toEqual(['pod-1', 'pod-2']);
  expect(await names(after)).toEqual(['pod-2', 'pod-3', 'pod-4']);
  const odd = [{ operator: 'in', key: 'half', values: ['1'] }] as const;
  expect(await names(revision, { labelSelector: odd })).toEqual(['pod-1', 'pod-3']);
  expect(await names(after - 1, { labelSelector: odd })).toEqual(['pod-3']);
  expect(await names(revision, { name: 'pod-2' })).toEqual(['pod-2']);
  expect(await names(revision, { ids: [first?.id ?? ''] })).toEqual(['pod-1']);
  expect(await names(revision, { namespace: 'other' })).toEqual([]);
  expect(await names(revision, { within: ['other'] })).toEqual([]);
  const page = await store.past.objects('pod', revision, { limit: 1, cursor: null, labelSelector: odd });
  expect(page.items).toMatchObject([{ kind: 'pod', namespace: 'default', object: { name: 'pod-1', labels: { half: '1' } } }]);
  expect((await store.past.objects('pod', revision, { limit: 1, cursor: page.nextCursor, labelSelector: odd })).items).toMatchObject([
    { object: { name: 'pod-3' } },
  ]);
});

test('a time stands for the newest revision committed at or before it', async () => {
  const { store } = await testCluster();
  const before = new Date().toISOString();
  const { revision } = await store.nodes.create(request(), node('node-1'));
  const [{ at } = { at: '' }] = (await store.audit.list(EVERYTHING)).items;
  await store.nodes.create(request(), node('node-2'));
  expect(await store.past.revisionAt(before)).toBe(0);
  expect(await store.past.revisionAt(at)).toBe(revision);
  expect(await store.past.revisionAt('2999-01-01T00:00:00.000Z')).toBe(revision + 1);
});

test('what is still to come is refused, and what was before a restored dump is no longer told', async () => {
  const { store, databaseUrl } = await testCluster();
  const { id } = await addNode(store, 'node-1');
  const { revision } = await store.cluster.get();
  await expect(store.past.desired(id, revision + 1)).rejects.toMatchObject({ code: 'BadRequest' });
  await expect(store.past.desired('node_0', revision)).rejects.toMatchObject({ code: 'NotFound' });
  await beginEpoch({ databaseUrl });
  expect((await store.past.desired(id, revision)).state.nodes).toMatchObject([{ name: 'node-1' }]);
  await expect(store.past.desired(id, revision - 1)).rejects.toMatchObject({ code: 'Expired' });
  await expect(store.past.revisionAt('2020-01-01T00:00:00.000Z')).rejects.toMatchObject({ code: 'Expired' });
});

test('settings of the fleet have a past too', async () => {
  const { store } = await testCluster();
  const { id } = await addNode(store, 'node-1');
  const { revision } = await store.cluster.update(request(), 'any', { overlay: 'vxlan' });
  expect((await store.past.desired(id, revision)).state.cluster.overlay).toBe('vxlan');
  expect((await store.past.desired(id, revision - 1)).state.cluster.overlay).toBe('auto');
});

test('a database that forgot its history after a day gets every object back into it as it is', async () => {
  const { store, databaseUrl } = await testCluster();
  await addNode(store, 'node-1');
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  await store.pods.create(request(), pod('pod-1', { labels: { app: 'a' } }));
  const { revision } = await store.cluster.get();
  const KINDS = ['namespace', 'node', 'pod', 'service', 'endpoint'] as const;
  const all = () => Promise.all(KINDS.map(async (kind) => (await store.past.objects(kind, revision, EVERYTHING)).items));
  const before = await all();
  expect(before.map((objects) => objects.length)).toEqual([1, 1, 1, 1, 1]);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('DELETE FROM object_version');
  await client.end();

  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  expect(await all()).toEqual(before);
});
