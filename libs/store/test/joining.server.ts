import type { JoinTokenCreate } from '@weft/model';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, FACTS, node as nodeInput, request, testCluster } from './support/cluster.ts';

const ANY: JoinTokenCreate = { expiresInSeconds: 600, nodeName: null, addressCidr: null, requireApproval: false };
const HOUR = 3600;
const NEWEST = { limit: 1000, cursor: null };

let serial = 0;
/** Hashes nobody used before. */
const credential = (lifetimeSeconds = HOUR) => {
  serial += 1;
  return { sha256: `bearer-${serial}`, redisSha256: `redis-${serial}`, lifetimeSeconds };
};
const from = (tokenSha256: string, nodeName?: string, address = '192.0.2.7') => ({ tokenSha256, nodeName, from: address });

type Store = Awaited<ReturnType<typeof testCluster>>['store'];

/** A host that joined with a fresh token; the hash of its bearer token comes along. */
async function joined(store: Store, name: string, options: Partial<typeof ANY> = {}) {
  serial += 1;
  const sha256 = `join-${serial}`;
  await store.joining.tokens.create(request(), { ...ANY, ...options }, sha256);
  const secret = credential();
  const { object } = await store.joining.join(request(), from(sha256, name), FACTS, secret);
  return { ...object, sha256: secret.sha256, redis: secret.redisSha256 };
}

/** A connection for what only time does. */
async function open(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const users = async (store: Store, nodeId: string) =>
  (await store.joining.redisUsers()).find((user) => user.nodeId === nodeId)?.passwords ?? null;

test('of two hosts that race with one token one becomes a node, and the other leaves nothing behind but the record of its refusal', async () => {
  const { store } = await testCluster();
  const { object: token } = await store.joining.tokens.create(request(), ANY, 'raced');
  const racers = ['left', 'right'].map((name) => store.joining.join(request(), from('raced', name), FACTS, credential()));
  const ended = await Promise.allSettled(racers);
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'JoinTokenRefused' } });
  const nodes = (await store.nodes.list(NEWEST)).items;
  expect(nodes).toHaveLength(1);
  expect(await store.joining.tokens.get(token.id)).toMatchObject({
    status: { phase: 'Used', usedBy: { id: nodes[0]?.id }, usedFrom: '192.0.2.7', refusals: 1, lastRefusedFrom: '127.0.0.1' },
  });
});

test('refusals of a token are counted every time, and once a minute in the audit trail', async () => {
  const { store } = await testCluster();
  const { object: token } = await store.joining.tokens.create(request(), { ...ANY, nodeName: 'a' }, 'bound');
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(store.joining.admit(request(), from('bound', 'b'))).rejects.toMatchObject({ code: 'Forbidden' });
  expect((await store.joining.tokens.get(token.id)).status).toMatchObject({ phase: 'Unused', refusals: 5 });
  const events = (await store.audit.list(NEWEST)).items.filter(({ object }) => object.id === token.id);
  expect(events.map(({ after }) => (after as { refused?: string }).refused)).toEqual(['Forbidden', undefined]);
  await expect(store.joining.admit(request(), from('unknown', 'b'))).rejects.toMatchObject({ code: 'JoinTokenRefused' });
});

test('a token works for its name, from its range, until its end and until it is revoked', async () => {
  const { store, databaseUrl } = await testCluster();
  const sql = await open(databaseUrl);
  const make = async (sha256: string, options: Partial<typeof ANY>) =>
    (await store.joining.tokens.create(request(), { ...ANY, ...options }, sha256)).object.id;
  await make('named', { nodeName: 'a' });
  await make('ranged', { addressCidr: '192.0.2.0/28' });
  const expired = await make('expired', {});
  const revoked = await make('revoked', {});
  await sql.query(`UPDATE join_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [expired]);
  await store.joining.tokens.revoke(request(), revoked, 'any');

  const admit = (...of: Parameters<typeof from>) => store.joining.admit(request(), from(...of));
  expect(await admit('named')).toMatchObject({ nodeName: 'a' });
  expect(await admit('named', 'a')).toMatchObject({ nodeName: 'a', network: { podCidrs: expect.any(Array) } });
  await expect(admit('named', 'b')).rejects.toMatchObject({ code: 'Forbidden' });
  expect(await admit('ranged', 'b', '192.0.2.15')).toMatchObject({ nodeName: 'b' });
  expect(await admit('ranged', 'b', '::ffff:192.0.2.15')).toMatchObject({ nodeName: 'b' });
  await expect(admit('ranged', 'b', '192.0.2.16')).rejects.toMatchObject({ code: 'Forbidden' });
  await expect(admit('ranged', 'b', '2001:db8::1')).rejects.toMatchObject({ code: 'Forbidden' });
  await expect(admit('expired', 'b')).rejects.toMatchObject({ code: 'JoinTokenRefused', message: expect.stringContaining('expired') });
  await expect(admit('revoked', 'b')).rejects.toMatchObject({ code: 'JoinTokenRefused', message: expect.stringContaining('revoked') });
  await expect(store.joining.join(request(), from('ranged'), FACTS, credential())).rejects.toMatchObject({ code: 'ValidationFailed' });
  const phases = (await store.joining.tokens.list(NEWEST)).items.map(({ status }) => status.phase);
  expect(phases).toEqual(['Unused', 'Unused', 'Expired', 'Revoked']);
  await sql.query(`UPDATE join_token SET expires_at = now() - interval '8 days' WHERE id = $1`, [expired]);
  expect(await store.joining.tokens.forget(7 * 86_400)).toBe(1);
});

test('a name whose credential is alive is not given away; one that was lost on its way, ended or was revoked is', async () => {
  const { store, databaseUrl } = await testCluster();
  const sql = await open(databaseUrl);
  const first = await joined(store, 'a');
  const second = await joined(store, 'a');
  expect(second.node).toEqual(first.node);
  await expect(store.tokens.authenticate(first.sha256)).rejects.toMatchObject({ code: 'Unauthenticated' });

  await store.tokens.authenticate(second.sha256);
  await expect(joined(store, 'a')).rejects.toMatchObject({ code: 'NameTaken' });
  await sql.query(`UPDATE token SET expires_at = now() - interval '1 second' WHERE sha256 = $1`, [second.sha256]);
  const third = await joined(store, 'a');
  await store.tokens.authenticate(third.sha256);
  await store.joining.revoke(request(), third.node.id);
  expect((await joined(store, 'a')).node).toEqual(first.node);
  expect((await store.nodes.list(NEWEST)).items).toHaveLength(1);
});

test('a host takes over a node as somebody made it', async () => {
  const { store } = await testCluster();
  const { object } = await store.nodes.create(request(), nodeInput('a', { backend: 'iptables', zone: 'z1', cordoned: true }));
  expect((await joined(store, 'a')).node.id).toBe(object.id);
  expect(await store.nodes.get(object.id)).toMatchObject({
    backend: 'iptables',
    zone: 'z1',
    cordoned: true,
    status: { capabilities: FACTS },
  });
});

test('a new host gets the first backend and pod link that it can do, and none when it can do none', async () => {
  const { store } = await testCluster();
  const able = async (name: string, facts: Partial<typeof FACTS>) => {
    await store.joining.tokens.create(request(), ANY, name);
    const { object } = await store.joining.join(request(), from(name, name), { ...FACTS, ...facts }, credential());
    return store.nodes.get(object.node.id);
  };
  expect(await able('old', { backends: ['iptables'], podLinks: ['routed'] })).toMatchObject({ backend: 'iptables', podLink: 'routed' });
  await expect(able('none', { backends: [], problems: [{ code: 'KernelFeatureMissing', message: 'no nft' }] })).rejects.toMatchObject({
    code: 'BackendUnsupported',
    message: expect.stringContaining('no nft'),
  });
  expect(await store.joining.admit(request(), from('none', 'none'))).toMatchObject({ nodeName: 'none' });
});

test('the credential before goes on until the new one is used, and answers that were lost pile nothing up', async () => {
  const { store } = await testCluster();
  const { node, sha256, redis } = await joined(store, 'a');
  const { tokenId } = await store.tokens.authenticate(sha256);
  const rotated = async (id: string) => {
    const secret = credential();
    await store.joining.rotate(request(), node.id, id, secret);
    return secret;
  };
  const lost = await rotated(tokenId);
  const kept = await rotated(tokenId);
  await store.tokens.authenticate(sha256);
  await expect(store.tokens.authenticate(lost.sha256)).rejects.toMatchObject({ code: 'Unauthenticated' });
  expect((await users(store, node.id))?.toSorted()).toEqual([redis, kept.redisSha256].sort());

  const { tokenId: newest } = await store.tokens.authenticate(kept.sha256);
  await expect(store.tokens.authenticate(sha256)).rejects.toMatchObject({ code: 'Unauthenticated' });
  expect(await users(store, node.id)).toEqual([kept.redisSha256]);

  await store.joining.revoke(request(), node.id);
  await expect(store.tokens.authenticate(kept.sha256)).rejects.toMatchObject({ code: 'Unauthenticated' });
  await expect(rotated(newest)).rejects.toMatchObject({ code: 'Unauthenticated' });
  expect(await users(store, node.id)).toEqual([]);
});

test('a node that waits for approval is no node yet, and says so', async () => {
  const { store } = await testCluster();
  const { node, approved, sha256 } = await joined(store, 'a', { requireApproval: true });
  expect(approved).toBe(false);
  expect(await store.nodes.get(node.id)).toMatchObject({ status: { phase: 'PendingApproval' } });
  expect(await store.tokens.authenticate(sha256)).toMatchObject({ node: { approved: false } });
  expect(await users(store, node.id)).toEqual([]);
  expect((await store.joining.approve(request(), node.id)).object.status.phase).toBe('Pending');
  expect(await store.tokens.authenticate(sha256)).toMatchObject({ node: { approved: true } });
  expect((await store.joining.approve(request(), node.id)).operationId).toBe(null);
});

test('a node that was deleted is known to Redis for as long as history has it, as one that must not get in', async () => {
  const { store } = await testCluster();
  const { node } = await joined(store, 'a');
  await store.nodes.delete(request(), node.id, 'any');
  expect(await users(store, node.id)).toEqual([]);
});

test('a link that a host cannot make is refused to its node, and tunnels to a fleet with such a host', async () => {
  const { store } = await testCluster();
  const limited = { ...FACTS, podLinks: ['routed' as const], overlays: ['direct' as const] };
  await store.joining.tokens.create(request(), ANY, 'limited');
  const { object } = await store.joining.join(request(), from('limited', 'limited'), limited, credential());
  const { id } = object.node;
  await expect(store.nodes.update(request(), id, 'any', { podLink: 'bridge' })).rejects.toMatchObject({ code: 'LinkUnsupported' });
  await expect(store.cluster.update(request(), 'any', { overlay: 'vxlan' })).rejects.toMatchObject({
    code: 'LinkUnsupported',
    message: 'limited cannot make vxlan tunnels',
  });
  await store.cluster.update(request(), 'any', { overlay: 'direct' });
  // It would have to take out of a tunnel what another node sends through one.
  const other = await addNode(store, 'other');
  await expect(store.nodes.update(request(), other.id, 'any', { overlay: 'vxlan' })).rejects.toMatchObject({ code: 'LinkUnsupported' });
  expect((await store.nodes.update(request(), other.id, 'any', { overlay: 'direct' })).object.overlay).toBe('direct');
});
