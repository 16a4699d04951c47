import { eventually } from '@weft/testing';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import {
  addNode,
  FACTS,
  node as nodeInput,
  openSession,
  pod,
  podReport,
  receipt,
  request,
  service,
  testCluster,
} from './support/cluster.ts';

const EVERYTHING = { limit: 1000, cursor: null };

test('a later session makes the one before stale, whatever it reports', async () => {
  const { store } = await testCluster();
  const first = await addNode(store, 'node-1');
  const { object } = await store.pods.create(request(), pod('pod-a'));
  const second = await openSession(store, first.id);
  await expect(first.report()).rejects.toMatchObject({ code: 'StaleSession' });
  await expect(first.report({ pods: [podReport(object.id)], receipts: [receipt('x', 0, 1)] })).rejects.toMatchObject({
    code: 'StaleSession',
  });
  expect((await store.pods.get(object.id)).status.ready).toBe(false);
  expect((await store.receipts.list(EVERYTHING)).items).toEqual([]);
  await second.report();
});

test('a heartbeat that says nothing new costs no revision and no audit event, and keeps the node seen', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { object } = await store.pods.create(request(), pod('pod-a'));
  const { revision } = (await node.report({ pods: [podReport(object.id)] })).changed ?? { revision: 0 };
  const seen = (await store.nodes.get(node.id)).status.lastSeenAt ?? '';
  const again = await node.report({ pods: [{ ...podReport(object.id), message: 'another message' }] });
  expect(again.changed).toBeNull();
  expect((await store.cluster.get()).revision).toBe(revision);
  expect((await store.audit.list({ limit: 1, cursor: null })).items[0]?.revision).toBe(revision);
  expect((await store.nodes.get(node.id)).status.lastSeenAt ?? '').not.toBe(seen);
});

test('what is applied never goes backwards, and is believed only in its epoch and up to what exists', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { epoch, revision } = await store.cluster.get();
  const applied = async () => (await store.nodes.get(node.id)).status.appliedRevision;
  await node.report({ appliedRevision: revision });
  await node.report({ appliedRevision: revision - 1 });
  expect(await applied()).toBe(revision);
  await node.report({ appliedRevision: revision + 100 });
  expect(await applied()).toBe(revision);
  const answer = await node.report({ epoch: 'another', appliedRevision: 1 });
  expect(answer.answer).toEqual({ epoch, desiredRevision: revision });
  expect(await applied()).toBe(revision);
});

test('a node cannot speak for the pods of another, and pods that are gone are passed over', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const { object } = await store.pods.create(request(), pod('pod-a', { node: 'node-1' }));
  expect((await two.report({ pods: [podReport(object.id), podReport('pod_gone')] })).changed).toBeNull();
  expect((await store.pods.get(object.id)).status.ready).toBe(false);
  expect((await one.report({ pods: [podReport(object.id)] })).changed).toMatchObject({ concerns: [] });
});

test('a receipt is kept once and tells whose changes it carried', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const { revision: from } = await store.cluster.get();
  await store.services.create(request({ requestId: 'for-all' }), service('svc'));
  await store.pods.create(request({ requestId: 'for-one' }), pod('pod-a', { node: 'node-1' }));
  const { revision: to } = await store.cluster.get();
  for (const times of [1, 2]) {
    await one.report({ receipts: [receipt('one', from, to)] });
    await two.report({ receipts: [receipt('two', from, to), receipt('drift', to, to)].slice(0, 1 + times) });
  }
  const { items } = await store.receipts.list(EVERYTHING);
  expect(items.map(({ id, node, requestIds }) => ({ id, node, requestIds }))).toEqual([
    { id: 'rcpt_drift', node: 'node-2', requestIds: [] },
    { id: 'rcpt_two', node: 'node-2', requestIds: ['for-all'] },
    { id: 'rcpt_one', node: 'node-1', requestIds: ['for-all', 'for-one'] },
  ]);
  const ofRequest = async (requestId: string) => (await store.receipts.list({ ...EVERYTHING, requestId })).items.map(({ id }) => id);
  expect(await ofRequest('for-all')).toEqual(['rcpt_two', 'rcpt_one']);
  expect(await ofRequest('for-one')).toEqual(['rcpt_one']);
  expect(await ofRequest('nobody')).toEqual([]);
  expect((await store.receipts.list({ ...EVERYTHING, node: 'node-1' })).items).toHaveLength(1);
  expect(await store.receipts.get('rcpt_one')).toMatchObject({ steps: [{ argv: ['nft', '-f', '-'] }], durationMs: 1.5 });
});

test('what is wrong with one of many reports that come at once does not come over the others', async () => {
  const { store } = await testCluster();
  const nodes = await Promise.all(Array.from({ length: 40 }, (_, n) => addNode(store, `node-${n}`)));
  const { revision } = await store.cluster.get();
  const [stale, unsigned] = nodes;
  if (stale === undefined || unsigned === undefined) throw new Error('there are no nodes');
  await openSession(store, stale.id);
  const signature = { key: 'a'.repeat(64), value: 'forged' };
  const outcomes = await Promise.allSettled(
    nodes.flatMap((node, n) => [
      node.report({ appliedRevision: revision - 1, receipts: [receipt(`first-${n}`, 0, revision - 1)] }),
      node.report({
        appliedRevision: revision,
        receipts: [{ ...receipt(`last-${n}`, 0, revision), ...(node === unsigned ? { signature } : {}) }],
      }),
    ]),
  );
  const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? null : outcome.reason.code));
  const isStale = ['StaleSession', 'StaleSession'];
  expect(codes).toEqual(nodes.flatMap((node) => (node === stale ? isStale : [null, node === unsigned ? 'ValidationFailed' : null])));
  const applied = new Map<string, number>((await store.nodes.list(EVERYTHING)).items.map(({ id, status }) => [id, status.appliedRevision]));
  expect(nodes.slice(2).map(({ id }) => applied.get(id))).toEqual(nodes.slice(2).map(() => revision));
  expect((await store.receipts.list(EVERYTHING)).items).toHaveLength(2 * nodes.length - 3);
});

test('a node that says much at once holds up itself and nobody else', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const { epoch } = await store.cluster.get();
  const standing = { epoch, appliedRevision: 0, frozen: false, configHash: null, failure: null, pods: [], receipts: [] };
  const answered: string[] = [];
  const say = async ({ id, name, session }: typeof one) => {
    await store.agent.report(request(), id, { ...standing, session });
    answered.push(name);
  };
  await Promise.all([...Array.from({ length: 30 }, () => say(one)), say(two)]);
  // At most two transactions are under way before it.
  expect(answered.indexOf('node-2')).toBeLessThan(5);
});

/** Keeps every receipt of that id from being taken in until it is let go. */
async function held(databaseUrl: string, id: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, terms, received_at)
     VALUES ($1, 'somebody', 'somebody', 0, 0, '{}', '{}', now())`,
    [id],
  );
  return {
    somebodyWaits: () =>
      eventually('somebody who waits for the receipt', async () => {
        const waiting = await client.query('SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))');
        return waiting.rows.length > 0;
      }),
    letGo: () => client.query('ROLLBACK'),
  };
}

test('receipts that are being taken in hold up nobody who changes their nodes', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await addNode(store, 'node-1');
  const one = await held(databaseUrl, 'rcpt_held');
  const said = node.report({ receipts: [receipt('held', 0, 0)] });
  await Promise.race([one.somebodyWaits(), said]);
  await store.pods.create(request(), pod('pod-a', { node: 'node-1' }));
  await one.letGo();
  await said;
  expect((await store.receipts.list(EVERYTHING)).items.map(({ id }) => id)).toEqual(['rcpt_held']);
});

test('a session that ends while its report is taken in takes the report with it, and no other', async () => {
  const { store, databaseUrl } = await testCluster();
  const [ending, other, ...first] = await Promise.all(['a', 'b', 'c', 'd'].map((name) => addNode(store, `node-${name}`)));
  if (ending === undefined || other === undefined) throw new Error('there are no nodes');
  const { epoch } = await store.cluster.get();
  const one = await held(databaseUrl, 'rcpt_held');
  // Two that come first are taken in alone, so that the others are together.
  const reports = [...first, ending, other].map(({ id, name, session }) => {
    const receipts = [receipt(name, 0, 0), ...(name === other.name ? [receipt('held', 0, 0)] : [])];
    const standing = { epoch, session, appliedRevision: 0, frozen: false, configHash: null, failure: null, pods: [], receipts };
    return store.agent.report(request(), id, standing);
  });
  await Promise.race([one.somebodyWaits(), Promise.all(reports)]);
  await openSession(store, ending.id);
  await one.letGo();
  const outcomes = await Promise.allSettled(reports);
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? null : outcome.reason.code))).toEqual([
    null,
    null,
    'StaleSession',
    null,
  ]);
  const kept = (await store.receipts.list(EVERYTHING)).items.map(({ id }) => id);
  expect(kept.sort()).toEqual(['rcpt_held', 'rcpt_node-b', 'rcpt_node-c', 'rcpt_node-d']);
});

test('where a host is, is for every node to know; which tools it has is not', async () => {
  const { store } = await testCluster();
  const node = await store.nodes.create(request(), nodeInput('node-1'));
  expect(node.concerns).toEqual(['node-1']);
  expect((await store.nodes.create(request(), nodeInput('node-2', { overlay: 'vxlan' }))).concerns).toBe('all');
  const open = async (facts: typeof FACTS) => {
    const { concerns, object } = await store.agent.openSession(request(), node.object.id, facts);
    return object.isFirst ? { first: concerns } : concerns;
  };
  expect(await open(FACTS)).toEqual({ first: 'all' });
  expect(await open(FACTS)).toEqual([]);
  expect(await open({ ...FACTS, tools: { nft: '1.0.6' } })).toEqual([]);
  expect(await open({ ...FACTS, mtu: 9000 })).toBe('all');
  expect(await store.nodes.get(node.object.id)).toMatchObject({ address: '192.0.2.1/24', status: { capabilities: { mtu: 9000 } } });
});

test('a node cannot be where pods and services are', async () => {
  const { store } = await testCluster();
  const { object } = await store.nodes.create(request(), nodeInput('node-1'));
  for (const address of ['100.64.9.9/24', '198.19.0.9/24'])
    await expect(store.agent.openSession(request(), object.id, { ...FACTS, address })).rejects.toMatchObject({
      code: 'AddressTaken',
      errors: [{ pointer: '/facts/address' }],
    });
  await store.agent.openSession(request(), object.id, FACTS);
});

test('a node cannot be where another one is', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1', FACTS);
  const second = await addNode(store, 'node-2');
  const same = store.agent.openSession(request(), second.id, { ...FACTS, address: FACTS.address.replace('/24', '/16') });
  await expect(same).rejects.toMatchObject({ code: 'AddressTaken', message: expect.stringContaining('the address of node node-1') });
});

test('an administrator has one token, the newest', async () => {
  const { store } = await testCluster();
  await store.tokens.ensureAdmin('local', 'sha-3');
  await store.tokens.ensureAdmin('local', 'sha-4');
  await expect(store.tokens.authenticate('sha-3')).rejects.toMatchObject({ code: 'Unauthenticated' });
  expect(await store.tokens.authenticate('sha-4')).toMatchObject({ role: 'admin', name: 'local', node: null });
});
