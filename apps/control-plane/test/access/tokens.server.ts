import { randomBytes } from 'node:crypto';
import { sha256Hex } from '@weft/model';
import { createClient, watch } from '@weft/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { expire, makeToken } from './callers.ts';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.ok('POST /namespaces', { body: { name: 'shop' } });
});
afterAll(() => plane.stop());

const DAY_MS = 86_400_000;
const whoami = (token: string) => plane.api.send('GET /whoami', { token });

it('shows a token once, and all about it but its text from then on', async () => {
  const { body, headers } = await plane.api.ok('POST /tokens', { body: { name: 'once', role: 'operator', namespaces: ['shop'] } });
  expect(body.token).toMatch(/^weft_user_[A-Za-z0-9_-]{43}$/);
  expect(headers.get('location')).toBe(`/v1/tokens/${body.id}`);
  const { token, ...rest } = body;
  expect((await plane.api.ok(`GET /tokens/${body.id}`)).body).toEqual(rest);
  expect((await plane.api.ok('GET /tokens')).body.items).toContainEqual(rest);
  expect(rest).toMatchObject({ name: 'once', role: 'operator', namespaces: ['shop'], createdBy: 'admin', lastUsedAt: null });
  expect((await whoami(token)).body).toMatchObject({
    kind: 'user',
    name: 'once',
    tokenId: body.id,
    role: 'operator',
    namespaces: ['shop'],
  });
  expect((await plane.api.ok(`GET /tokens/${body.id}`)).body.lastUsedAt).toMatch(/^20/);
});

it('lets it hold 90 days unless told, a year at most', async () => {
  const life = async (body: object) => {
    const token = (await plane.api.ok('POST /tokens', { body: { role: 'viewer', ...body } })).body;
    return (Date.parse(token.expiresAt) - Date.parse(token.createdAt)) / DAY_MS;
  };
  expect(await life({ name: 'usual' })).toBe(90);
  expect(await life({ name: 'short', expiresInSeconds: 3600 })).toBeCloseTo(1 / 24, 5);
  expect((await plane.api.send('POST /tokens', { body: { name: 'long', role: 'viewer', expiresInSeconds: 367 * 86_400 } })).status).toBe(
    422,
  );
});

it('ends at once when it is revoked, on every replica, with its watches, and its name is free again', async () => {
  const { id, token } = await makeToken(plane, { name: 'leaver', role: 'viewer' });
  const replica = await plane.replica();
  const events = watch(createClient({ url: replica.api.url, token }), '/pods');
  const told: string[] = [];
  const over = (async () => {
    for await (const event of events) told.push(event.type);
  })();
  expect((await replica.api.send('GET /whoami', { token })).status).toBe(200);
  await plane.api.ok(`DELETE /tokens/${id}`);
  for (const { send } of [plane.api, replica.api].map((api) => ({ send: api.send.bind(api) }))) {
    const { status, body } = await send('GET /whoami', { token });
    expect([status, body.detail]).toEqual([401, 'the token is revoked']);
  }
  // The SDK comes back with the same token, and is refused.
  await expect(over).rejects.toMatchObject({ status: 401 });
  await replica.stop();
  expect((await plane.api.send(`GET /tokens/${id}`)).status).toBe(404);
  expect((await plane.api.send(`DELETE /tokens/${id}`)).status).toBe(404);
  await makeToken(plane, { name: 'leaver', role: 'viewer' });
  expect((await plane.api.send('POST /tokens', { body: { name: 'leaver', role: 'viewer' } })).body.code).toBe('NameTaken');
});

it('ends when its time is over, and says so', async () => {
  const { id, token } = await makeToken(plane, { name: 'late', role: 'viewer' });
  await expire(plane, id);
  const { status, body } = await whoami(token);
  expect([status, body.detail]).toEqual([401, expect.stringMatching(/^the token expired at 20/)]);
  expect((await plane.api.ok(`GET /tokens/${id}`)).body.name).toBe('late');
});

it('gives nobody more than its maker has: no namespace, no role, no longer life', async () => {
  const maker = await makeToken(plane, { name: 'maker', role: 'admin', namespaces: ['shop'] });
  const make = (body: object) =>
    plane.api.send('POST /tokens', { token: maker.token, body: { name: `by-maker-${randomBytes(4).toString('hex')}`, ...body } });
  expect((await make({ role: 'admin', namespaces: ['shop'] })).status).toBe(201);
  expect((await make({ role: 'viewer', namespaces: ['shop', 'default'] })).status).toBe(403);
  expect((await make({ role: 'viewer' })).status).toBe(403);
  expect((await make({ role: 'node', namespaces: ['shop'] })).status).toBe(422);
  const short = (await plane.api.ok('POST /tokens', { body: { name: 'short-lived', role: 'admin', expiresInSeconds: 600 } })).body;
  const child = (await plane.api.ok('POST /tokens', { token: short.token, body: { name: 'outliving', role: 'admin' } })).body;
  expect(child.expiresAt).toBe(short.expiresAt);
  expect(child.createdBy).toBe('short-lived');
});

it('lets nobody lock out the last administrator', async () => {
  const { items } = (await plane.api.ok('GET /tokens?limit=1000')).body;
  const file = items.find((one: { createdBy: string | null }) => one.createdBy === null);
  expect(file).toMatchObject({ name: 'admin', role: 'admin', namespaces: null, expiresAt: null });
  const { status, body } = await plane.api.send(`DELETE /tokens/${file.id}`);
  expect([status, body.code]).toEqual([409, 'InUse']);
  expect(body.detail).toContain('WEFT_ADMIN_TOKEN_FILE');
});

it('takes a token that was issued under another name for the one in the file', async () => {
  const { token } = await makeToken(plane, { name: 'promoted', role: 'viewer' });
  await plane.store.tokens.ensureAdmin('admin', sha256Hex(token));
  expect((await whoami(token)).body).toMatchObject({ name: 'admin', role: 'admin' });
  await plane.store.tokens.ensureAdmin('admin', sha256Hex(plane.admin));
  expect((await whoami(token)).status).toBe(401);
});

it('says before it is tried whether something may be done, and why not', async () => {
  const { token } = await makeToken(plane, { name: 'asker', role: 'viewer', namespaces: ['shop'] });
  const ask = async (operation: string, namespace?: string) =>
    (await plane.api.ok('POST /can-i', { token, body: { operation, namespace } })).body;
  expect(await ask('podList', 'shop')).toMatchObject({ allowed: true });
  expect(await ask('podList', 'default')).toEqual({ allowed: false, reason: 'this token reaches only namespaces shop, not default' });
  const { reason } = await ask('podCreate', 'shop');
  const refusal = await plane.api.send('POST /pods', { token, body: { name: 'web', namespace: 'shop' } });
  expect([refusal.status, refusal.body.detail]).toEqual([403, reason]);
  expect(await ask('nodeList')).toMatchObject({ allowed: false });
  const unknown = await plane.api.send('POST /can-i', { token, body: { operation: 'podExplode' } });
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/operation']);
});
