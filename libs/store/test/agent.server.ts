import type { SignedReceipt } from '@weft/model';
import { expect, test } from 'vitest';
import { addNode, FACTS, node as nodeInput, openSession, pod, podReport, request, service, testCluster } from './support/cluster.ts';

const EVERYTHING = { limit: 1000, cursor: null };

function receipt(id: string, fromRevision: number, toRevision: number): SignedReceipt {
  return {
    id: `rcpt_${id}`,
    fromRevision,
    toRevision,
    cause: 'change',
    backend: 'nftables',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1.5,
    outcome: 'applied',
    message: '',
    configHash: 'abc',
    rulesHash: null,
    leftOut: [],
    readBack: null,
    steps: [{ argv: ['nft', '-f', '-'], input: 'flush ruleset', truncated: false, exitCode: 0, durationMs: 1, stderr: '' }],
    signature: null,
  };
}

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

test('where a host is, is for every node to know; which tools it has is not', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1', FACTS);
  const open = async (facts: typeof FACTS) => (await store.agent.openSession(request(), node.id, facts)).concerns;
  expect(await open(FACTS)).toEqual([]);
  expect(await open({ ...FACTS, tools: { nft: '1.0.6' } })).toEqual([]);
  expect(await open({ ...FACTS, mtu: 9000 })).toBe('all');
  expect(await store.nodes.get(node.id)).toMatchObject({ address: '192.0.2.1/24', status: { capabilities: { mtu: 9000 } } });
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
