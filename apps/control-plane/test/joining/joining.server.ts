import { askRedis } from '@weft/host';
import { asUser, createHintWorker } from '@weft/jobs';
import type { NodeCredential } from '@weft/model';
import { OLDEST_PROTOCOL, PROTOCOL } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FACTS, joinHost, joinNode } from '../harness/executor.ts';
import { type Plane, type Replica, startPlane } from '../harness/plane.ts';

let plane: Plane;
let other: Replica;

beforeAll(async () => {
  plane = await startPlane();
  other = await plane.replica({ WEFT_NODE_CREDENTIAL_SECONDS: '1' });
});
afterAll(async () => {
  await other.stop();
  await plane.stop();
});

let hosts = 0;
/** A name and an address that nobody has; tests share a Redis, and names are its keys. */
function host() {
  hosts += 1;
  return { name: `host-${process.pid}-${hosts}`, facts: { ...FACTS, address: `203.0.113.${hosts}/24` } };
}

const makeToken = async (options: object = {}): Promise<{ id: string; token: string }> =>
  (await plane.api.ok('POST /join-tokens', { body: options })).body;
const join = (replica: Replica, body: object) => replica.api.send('POST /join', { token: null, body });
const asks = async (token: string) => (await plane.api.send('GET /node-agent/identity', { token })).status;

/** Where the node gets its hints: the tests' Redis, as the user that its credential names. */
const redisOf = ({ redis }: NodeCredential) => asUser(plane.redisUrl, { username: redis?.username ?? '', password: redis?.password ?? '' });

/** True when Redis lets somebody in as this node. */
const getsIn = async (credential: NodeCredential) => {
  const url = new URL(redisOf(credential));
  const { username, password } = Object.fromEntries(url.searchParams) as { username: string; password: string };
  return (await askRedis(plane.redisUrl, `AUTH ${username} ${password}`)) === '+OK';
};

it('gives out one node for one token, whichever replicas the hosts ask', async () => {
  const { id, token } = await makeToken();
  const [left, right] = [host(), host()];
  const answers = await Promise.all([
    join(plane, { token, nodeName: left.name, facts: left.facts }),
    join(other, { token, nodeName: right.name, facts: right.facts }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  const refused = answers.find(({ status }) => status === 401);
  expect(refused?.body).toMatchObject({ code: 'JoinTokenRefused', detail: expect.stringContaining('used before') });
  const winner = answers.find(({ status }) => status === 201)?.body as NodeCredential;
  expect((await plane.api.ok(`GET /join-tokens/${id}`)).body.status).toMatchObject({ phase: 'Used', usedBy: winner.node, refusals: 1 });
  const events = (await plane.api.ok(`GET /audit-events?object=${id}`)).body.items;
  expect(events.map(({ operation }: { operation: string }) => operation)).toEqual(['nodeJoin', 'joinTokenCreate']);
  const names = (await plane.api.ok('GET /nodes')).body.items.map(({ name }: { name: string }) => name);
  expect(names.filter((name: string) => [left.name, right.name].includes(name))).toEqual([winner.node.name]);
});

it('tells what joining would come to, and uses nothing up', async () => {
  const { name, facts } = host();
  const { token } = await makeToken({ nodeName: name, requireApproval: true });
  for (let time = 0; time < 3; time++) {
    const { body } = await plane.api.ok('POST /join/preview', { token: null, body: { token } });
    expect(body).toMatchObject({ nodeName: name, requireApproval: true, network: { podCidrs: ['100.64.0.0/16'] } });
  }
  expect((await join(plane, { token, facts })).status).toBe(201);
});

it('refuses a token that was revoked, and one for another name or another range', async () => {
  const { name, facts } = host();
  const revoked = await makeToken();
  await plane.api.ok(`DELETE /join-tokens/${revoked.id}`, { headers: { 'If-Match': '*' } });
  expect((await join(plane, { token: revoked.token, nodeName: name, facts })).body.code).toBe('JoinTokenRefused');
  const named = await makeToken({ nodeName: 'somebody-else' });
  expect((await join(plane, { token: named.token, nodeName: name, facts })).body.code).toBe('Forbidden');
  const ranged = await makeToken({ addressCidr: '192.0.2.0/24' });
  expect((await join(plane, { token: ranged.token, nodeName: name, facts })).body.code).toBe('Forbidden');
  expect((await join(plane, { token: 'weft_join_madeup', nodeName: name, facts })).body.code).toBe('JoinTokenRefused');
});

it('lets a node that waits for approval ask whether it is approved, and nothing else', async () => {
  const { name, facts } = host();
  const { token: joinToken } = await makeToken({ nodeName: name, requireApproval: true });
  const credential = (await join(plane, { token: joinToken, facts })).body as NodeCredential;
  const { token, node } = credential;
  expect(credential.approved).toBe(false);
  expect((await plane.api.ok(`GET /nodes/${node.id}`)).body.status.phase).toBe('PendingApproval');
  for (const request of ['PUT /node-agent/session', 'GET /node-agent/desired', 'POST /node-agent/credential']) {
    const body = request.startsWith('PUT') ? { facts } : undefined;
    expect((await plane.api.send(request, { token, body })).body).toMatchObject({ code: 'AwaitingApproval' });
  }
  expect((await plane.api.ok('GET /node-agent/identity', { token })).body).toMatchObject({ node, approved: false });
  expect(await getsIn(credential)).toBe(false);

  await plane.api.ok(`POST /nodes/${node.id}/approve`);
  expect((await plane.api.ok('GET /node-agent/identity', { token })).body.approved).toBe(true);
  expect(await getsIn(credential)).toBe(true);
  await plane.api.ok('PUT /node-agent/session', { token, body: { facts } });
});

it('renews a credential: the old one works until the new one is used', async () => {
  const { name, facts } = host();
  const first = await joinHost(plane.api, name, facts);
  const lost = (await plane.api.ok('POST /node-agent/credential', { token: first.token })).body as NodeCredential;
  const second = (await plane.api.ok('POST /node-agent/credential', { token: first.token })).body as NodeCredential;
  expect([await asks(first.token), await asks(lost.token)]).toEqual([200, 401]);
  expect([await getsIn(first), await getsIn(second)]).toEqual([true, true]);
  expect([await asks(second.token), await asks(first.token)]).toEqual([200, 401]);
  await eventually('the old password to be worth nothing', async () => !(await getsIn(first)));
  expect(await getsIn(second)).toBe(true);
});

it('ends a revoked credential with the next request, and its connection to Redis at once', async () => {
  const { name, facts } = host();
  const credential = await joinHost(plane.api, name, facts);
  await plane.api.ok('PUT /node-agent/session', { token: credential.token, body: { facts } });
  const errors: string[] = [];
  const worker = createHintWorker(
    { url: redisOf(credential) },
    name,
    async () => undefined,
    (error) => errors.push(error.message),
  );
  await eventually('a worker that listens', async () => {
    const clients = await askRedis(plane.redisUrl, 'CLIENT LIST');
    return clients !== null && (await getsIn(credential));
  });
  await plane.api.ok(`DELETE /nodes/${credential.node.id}/credential`);
  expect(await asks(credential.token)).toBe(401);
  await eventually('a worker that is shut out', () => errors.some((message) => message.startsWith('WRONGPASS')));
  await worker.close();
  const { conditions } = (await plane.api.ok(`GET /nodes/${credential.node.id}`)).body.status;
  expect(conditions.map(({ type }: { type: string }) => type)).toContain('CredentialMissing');
  // The name is free for the next host, and the node is the same.
  expect((await joinHost(plane.api, name, facts)).node).toEqual(credential.node);
});

it('lets a host give its credential back', async () => {
  const { name, facts } = host();
  const { token } = await joinHost(plane.api, name, facts);
  expect((await plane.api.send('DELETE /node-agent/credential', { token })).status).toBe(204);
  expect(await asks(token)).toBe(401);
});

it('takes no name away from a host whose credential is alive', async () => {
  const { name, facts } = host();
  const { token } = await joinHost(plane.api, name, facts);
  expect(await asks(token)).toBe(200);
  const { token: another } = await makeToken({ nodeName: name });
  expect((await join(plane, { token: another, facts })).body).toMatchObject({ code: 'NameTaken', errors: [{ pointer: '/nodeName' }] });
  expect(await asks(token)).toBe(200);
});

it('lets a host whose credential has ended join again, as the node that it was', async () => {
  const { name, facts } = host();
  const credential = await joinHost(other.api, name, facts);
  expect(credential.expiresInSeconds).toBe(1);
  await eventually('a credential that has ended', async () => (await asks(credential.token)) === 401);
  expect((await joinHost(plane.api, name, facts)).node).toEqual(credential.node);
});

it('lets no node speak for another', async () => {
  const [one, two] = [await joinNode(plane.api, 'one'), await joinNode(plane.api, 'two')];
  const report = {
    session: two.session,
    epoch: 'x',
    appliedRevision: 0,
    configHash: null,
    failure: null,
    pods: [],
    receipts: [],
  };
  expect((await plane.api.send('PUT /node-agent/report', { token: one.token, body: report })).body.code).toBe('StaleSession');
  const { body } = await plane.api.ok('GET /node-agent/identity', { token: one.token });
  expect(body.node.id).toBe(one.id);
  for (const request of [`GET /nodes/${two.id}`, `DELETE /nodes/${two.id}/credential`, `POST /nodes/${two.id}/approve`, 'GET /join-tokens'])
    expect((await plane.api.send(request, { token: one.token })).status).toBe(403);
});

it('lets nodes in again when Redis has forgotten them', async () => {
  const { name, facts } = host();
  const credential = await joinHost(plane.api, name, facts);
  expect(await getsIn(credential)).toBe(true);
  expect(await askRedis(plane.redisUrl, `ACL DELUSER ${credential.redis?.username}`)).toBe(':1');
  expect(await getsIn(credential)).toBe(false);
  await eventually('a node that gets in again', () => getsIn(credential));
});

it('speaks with executors of its own version and the one before, and says what to do about others', async () => {
  const { facts } = host();
  const node = await joinNode(plane.api, 'version');
  const opened = async (protocol: number | undefined) =>
    (
      await plane.api.send('PUT /node-agent/session', {
        token: node.token,
        body: { facts: { ...facts, address: node.facts.address }, protocol },
      })
    ).body;
  for (const spoken of [undefined, OLDEST_PROTOCOL, PROTOCOL]) expect(await opened(spoken)).toMatchObject({ session: expect.any(String) });
  expect(await opened(PROTOCOL + 1)).toMatchObject({
    code: 'ProtocolUnsupported',
    detail: expect.stringContaining('upgrade the control plane first'),
  });
  const status = async () => (await plane.api.ok(`GET /nodes/${node.id}`)).body.status;
  expect(await status()).toMatchObject({ phase: 'Failed', conditions: [{ type: 'Ready', reason: 'ProtocolUnsupported' }] });
  await opened(PROTOCOL);
  expect(await status()).not.toMatchObject({ phase: 'Failed' });
});

it('tells a node with every lease where Redis is now, and no secret with it', async () => {
  const moved = await plane.replica({ WEFT_NODE_REDIS_URL: 'redis://weft:own-secret@192.0.2.77:33345' });
  const { token, session } = await joinNode(plane.api, 'redis-moves');
  const renewed = await moved.api.ok('PUT /node-agent/lease', { token, body: { session } });
  expect(renewed.body.redisUrl).toBe('redis://192.0.2.77:33345');
  await moved.stop();
});
