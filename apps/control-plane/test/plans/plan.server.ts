import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sending } from '../harness/api.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let nodes: readonly [JoinedNode, JoinedNode];
beforeAll(async () => {
  plane = await startPlane();
  nodes = [await joinNode(plane.api, 'a'), await joinNode(plane.api, 'b')];
});
afterAll(() => plane.stop());

const service = (name: string, more = {}) => ({ name, type: 'NodePort', ports: [{ port: 80 }], ...more });
const patch = (body: unknown) => ({ body, headers: { 'If-Match': '*' } });

/** A request as its plan is asked for, and as its plan is applied. */
async function planned(request: string, sending: Sending = {}) {
  const { body: plan } = await plane.api.ok(withQuery(request, 'dryRun=plan'), sending);
  const apply = (other: Sending = {}) => plane.api.send(withQuery(request, `planToken=${plan.planToken}`), { ...sending, ...other });
  return { plan, apply };
}

const withQuery = (request: string, query: string) => `${request}${request.includes('?') ? '&' : '?'}${query}`;

it('says what a service comes to on every node, uses nothing up, and then does exactly that', async () => {
  const before = await plane.everything();
  const { plan, apply } = await planned('POST /services', { body: service('web'), headers: { 'Idempotency-Key': 'web' } });
  expect(plan.changes).toMatchObject([{ operation: 'serviceCreate', object: { name: 'web' }, before: null, after: { type: 'NodePort' } }]);
  expect(plan.nodes).toMatchObject([
    { nodes: nodes.map(({ name }) => name).sort(), groups: [{ owner: { kind: 'service', name: 'web' } }] },
  ]);
  expect(plan.nodes[0].totals.added).toBeGreaterThan(0);
  expect(await plane.everything()).toEqual(before);
  const applied = await apply();
  expect(applied.status).toBe(201);
  expect(applied.body).toMatchObject({
    id: plan.changes[0].object.id,
    clusterIP: plan.changes[0].after.clusterIP,
    ports: plan.changes[0].after.ports,
  });
  const again = await apply();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(applied.body);
  expect((await apply({ headers: {} })).body).toMatchObject({ code: 'PlanOutdated' });
});

it('makes an object once: it does not come back by the same token when it was deleted', async () => {
  await plane.api.ok('POST /services', { body: { name: 'by-hand', ports: [{ port: 80 }] } });
  const requests: [string, object][] = [
    ['endpoints', { service: 'by-hand', ip: '192.0.2.7', port: 5 }],
    ['namespaces', { name: 'once' }],
    ['applies', { documents: [{ kind: 'endpoint', service: 'by-hand', ip: '192.0.2.8', port: 5 }] }],
  ];
  for (const [collection, body] of requests) {
    const { plan, apply } = await planned(`POST /${collection}`, { body });
    expect((await apply()).status).toBeLessThan(300);
    const { id, kind } = plan.changes[0].object;
    await plane.api.ok(`DELETE /${kind}s/${id}`, { headers: { 'If-Match': '*' } });
    const again = await apply();
    expect([again.status, again.body.code]).toEqual([409, 'PlanOutdated']);
    expect(again.body.detail).toContain(`it was applied already: it made ${id}`);
  }
});

it('says so when no rule changes, and when nothing changes at all', async () => {
  const { body: one } = await plane.api.ok('POST /services', { body: service('labelled') });
  const labels = await planned(`PATCH /services/${one.id}`, patch({ labels: { tier: 'a' } }));
  expect(labels.plan).toMatchObject({ nodes: [], notes: ['no rule of any node changes'], changes: [{ after: { labels: { tier: 'a' } } }] });
  expect((await labels.apply()).body.labels).toEqual({ tier: 'a' });
  const nothing = await planned(`PATCH /services/${one.id}`, patch({ labels: { tier: 'a' } }));
  expect(nothing.plan).toMatchObject({ changes: [], nodes: [], notes: ['everything is so already: nothing changes'] });
  expect((await nothing.apply()).status).toBe(200);
});

it('fails where the request would', async () => {
  const { body } = await plane.api.send('POST /services?dryRun=plan', { body: service('labelled') });
  expect(body.code).toBe('NameTaken');
  // Nobody waits for the statement that fails, and what comes after it is asked through a model.
  await plane.api.ok('POST /services', { body: { name: 'plain', ports: [{ port: 80 }] } });
  const plain = await plane.api.send('POST /services?dryRun=plan', { body: { name: 'plain', ports: [{ port: 80 }] } });
  expect(plain.body.code).toBe('NameTaken');
  const pod = await plane.api.send('POST /pods?dryRun=plan', { body: { name: 'p', ip: '10.0.0.1' } });
  expect(pod.body.code).toBe('AddressOutsidePool');
  expect((await plane.api.send('GET /services?dryRun=plan')).body.code).toBe('UnknownField');
});

it('is not applied when it would do something else than was seen, and says what came in between', async () => {
  const { body: victim } = await plane.api.ok('POST /services', { body: service('victim') });
  const update = await planned(`PATCH /services/${victim.id}`, patch({ sessionAffinity: 'ClientIP' }));
  const removal = await planned(`DELETE /services/${victim.id}`, { headers: { 'If-Match': '*' } });
  await plane.api.ok(`PATCH /services/${victim.id}`, patch({ internalTrafficPolicy: 'Local' }));
  const { status, body } = await update.apply();
  expect(status).toBe(409);
  expect(body.code).toBe('PlanOutdated');
  expect(body.errors[0].message).toMatch(/^revision \d+: serviceUpdate of service default\/victim by admin$/);
  expect((await removal.apply()).body.code).toBe('PlanOutdated');
});

it('says what came in between when no node had to know of it, and that of its own objects first', async () => {
  const { body: one } = await plane.api.ok('POST /services', { body: service('relabelled') });
  const update = await planned(`PATCH /services/${one.id}`, patch({ sessionAffinity: 'ClientIP' }));
  const documents = [{ kind: 'namespace', name: 'twice' }];
  const made = await planned('POST /applies', { body: { documents } });
  await plane.api.ok(`PATCH /services/${one.id}`, patch({ labels: { by: 'another' } }));
  expect((await made.apply()).status).toBe(200);
  for (let n = 0; n < 5; n++) await plane.api.ok('POST /pods', { body: { name: `noise-${n}`, node: nodes[0].name } });
  const { status, body } = await update.apply();
  expect([status, body.code, body.errors.length]).toEqual([409, 'PlanOutdated', 5]);
  expect(body.errors[0].message).toMatch(/^revision \d+: serviceUpdate of service default\/relabelled by admin$/);
  const messages = (await made.apply()).body.errors.map(({ message }: { message: string }) => message);
  expect(messages).toContainEqual(expect.stringMatching(/: podCreate of pod default\/noise-4 by admin$/));
  const once = await planned('POST /namespaces', { body: { name: 'once-more' } });
  await once.apply();
  expect((await once.apply()).body.errors).toMatchObject([
    { pointer: 'query/planToken', message: expect.stringMatching(/: namespaceCreate of namespace once-more by admin$/) },
  ]);
});

it('is applied whatever else has changed, if it still does the same', async () => {
  const { apply } = await planned('POST /namespaces', { body: { name: 'later' } });
  const { body: other } = await plane.api.ok('POST /services', {
    body: service('unrelated', { type: 'ClusterIP', clusterIP: '198.19.9.9' }),
  });
  expect((await apply()).status).toBe(201);
  const change = await planned(`PATCH /services/${other.id}`, patch({ sessionAffinity: 'ClientIP' }));
  await plane.api.ok('POST /services', { body: service('also-unrelated') });
  expect((await change.apply()).status).toBe(200);
});

it('is for whoever made it, for that very request and nothing else', async () => {
  const { plan, apply } = await planned('POST /services', { body: service('mine') });
  const refused = { status: 422, body: { code: 'ValidationFailed', errors: [{ pointer: 'query/planToken' }] } };
  expect(await apply({ body: service('yours') })).toMatchObject(refused);
  expect(await plane.api.send(`POST /pods?planToken=${plan.planToken}`, { body: { name: 'mine' } })).toMatchObject(refused);
  const { token } = (await plane.api.ok('POST /tokens', { body: { name: 'other', role: 'admin' } })).body;
  expect(await apply({ token })).toMatchObject(refused);
  expect(await plane.api.send('POST /services?planToken=nonsense', { body: service('mine') })).toMatchObject(refused);
  expect(
    await plane.api.send(withQuery('POST /services?dryRun=plan', `planToken=${plan.planToken}`), { body: service('mine') }),
  ).toMatchObject(refused);
});

it('shows a token of one namespace only what is of that namespace', async () => {
  await plane.api.ok('POST /namespaces', { body: { name: 'shop' } });
  const { token } = (await plane.api.ok('POST /tokens', { body: { name: 'shop', role: 'operator', namespaces: ['shop'] } })).body;
  const sending = { body: { name: 'front', namespace: 'shop', node: nodes[0].name } };
  const all = await planned('POST /pods', sending);
  const own = await planned('POST /pods', { ...sending, token });
  const owners = ({ plan }: Awaited<ReturnType<typeof planned>>) =>
    plan.nodes.flatMap((one: { groups: { owner: { namespace: string | null } }[] }) => one.groups.map(({ owner }) => owner.namespace));
  expect(new Set(owners(own))).toEqual(new Set(['shop']));
  expect(owners(all)).toEqual(expect.arrayContaining(owners(own)));
  expect((await own.apply()).status).toBe(201);
});

it('works on any replica', async () => {
  const other = await plane.replica();
  const { plan } = await planned('POST /services', { body: service('elsewhere') });
  const { status } = await other.api.send(`POST /services?planToken=${plan.planToken}`, { body: service('elsewhere') });
  await other.stop();
  expect(status).toBe(201);
});

it('is applied while others change the fleet all the time', async () => {
  const { apply } = await planned('POST /namespaces', { body: { name: 'busy' } });
  const others = Array.from({ length: 20 }, (_, n) =>
    plane.api.ok('POST /pods', { body: { name: `busy-${n}`, node: nodes[n % 2]?.name } }),
  );
  expect((await apply()).status).toBe(201);
  await Promise.all(others);
});

it('is the same however much later it is made again, of orders that say when they were given too', async () => {
  const drain = await planned(`POST /nodes/${nodes[1].id}/drain`, { body: { graceSeconds: 0 } });
  expect(drain.plan.changes).toMatchObject([{ operation: 'nodeDrain', before: { drain: null }, after: { drain: { graceSeconds: 0 } } }]);
  expect((await drain.apply()).status).toBe(202);
  const token = await planned('POST /tokens', { body: { name: 'planned', role: 'viewer' } });
  expect((await token.apply()).status).toBe(201);
  const join = await planned('POST /join-tokens', { body: {} });
  expect((await join.apply()).status).toBe(201);
});
