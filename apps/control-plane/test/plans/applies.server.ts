import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;
let node: JoinedNode;
beforeAll(async () => {
  plane = await startPlane();
  node = await joinNode(plane.api, 'a');
});
afterAll(() => plane.stop());

const applying = (documents: readonly object[], more: object = {}) => ({ body: { documents }, ...more });
const operationsOf = ({ body }: { body: { documents: { operation: string | null }[] } }) =>
  body.documents.map(({ operation }) => operation);

const SHOP = [
  { kind: 'namespace', name: 'shop', labels: { team: 'a' } },
  { kind: 'service', namespace: 'shop', name: 'web', type: 'NodePort', ports: [{ port: 80 }], selector: { app: 'web' } },
  { kind: 'service', namespace: 'shop', name: 'db', ports: [{ port: 5432 }] },
  { kind: 'endpoint', namespace: 'shop', service: 'db', ip: '192.0.2.9', port: 5432 },
];

it('makes everything at once, each change recorded as what it is under one request id, and nothing when all is so', async () => {
  const documents = [...SHOP, { kind: 'pod', namespace: 'shop', name: 'web-1', node: node.name, labels: { app: 'web' } }];
  const made = await plane.api.ok('POST /applies', applying(documents, { headers: { 'X-Request-Id': 'apply-1', 'Idempotency-Key': 'a' } }));
  const operations = ['namespaceCreate', 'serviceCreate', 'serviceCreate', 'endpointCreate', 'podCreate'];
  expect(operationsOf(made)).toEqual(operations);
  const { items } = (await plane.api.ok('GET /audit-events?requestId=apply-1')).body;
  expect(items.map(({ operation }: { operation: string }) => operation).reverse()).toEqual(operations);
  const replayed = await plane.api.ok('POST /applies', applying(documents, { headers: { 'Idempotency-Key': 'a' } }));
  expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  expect(replayed.body).toEqual(made.body);
  const before = await plane.everything();
  expect(new Set(operationsOf(await plane.api.ok('POST /applies', applying(documents))))).toEqual(new Set([null]));
  expect(await plane.everything()).toEqual(before);
});

it('changes what is otherwise, keeps what was allocated, and takes away what a document does not say', async () => {
  const [, web] = SHOP;
  const { body: was } = await plane.api.ok('GET /services?namespace=shop&name=web');
  const changed = {
    ...web,
    labels: { tier: 'front' },
    selector: { app: 'web', side: 'left' },
    ports: [{ port: 80 }, { name: 'tls', port: 443 }],
  };
  expect(operationsOf(await plane.api.ok('POST /applies', applying([changed])))).toEqual(['serviceUpdate']);
  expect(operationsOf(await plane.api.ok('POST /applies', applying([{ ...changed, labels: {}, selector: { app: 'web' } }])))).toEqual([
    'serviceUpdate',
  ]);
  const { body: is } = await plane.api.ok('GET /services?namespace=shop&name=web');
  expect(is.items[0]).toMatchObject({ id: was.items[0].id, clusterIP: was.items[0].clusterIP, labels: {}, selector: { app: 'web' } });
  expect(is.items[0].ports[0].nodePort).toBe(was.items[0].ports[0].nodePort);
});

it('does nothing at all when one document cannot be made true, and says which', async () => {
  const before = await plane.everything();
  const good = { kind: 'service', namespace: 'shop', name: 'new', ports: [{ port: 80 }] };
  const bad = await plane.api.send('POST /applies', applying([good, { ...good, name: 'web', clusterIP: '198.19.7.7' }]));
  expect(bad).toMatchObject({ status: 422, body: { code: 'ValidationFailed', errors: [{ pointer: '/documents/1/clusterIP' }] } });
  expect(bad.body.detail).toMatch(/^document 2 \(service shop\/web\): /);
  const taken = await plane.api.send('POST /applies', applying([good, { kind: 'pod', namespace: 'nowhere', name: 'p' }]));
  expect(taken.body.errors[0].pointer).toBe('/documents/1/namespace');
  expect(await plane.everything()).toEqual(before);
});

it('takes no two documents for one object, and names both', async () => {
  const before = await plane.everything();
  const [, web, , byHand] = SHOP;
  const twice = { kind: 'namespace', name: 'twice' };
  const refused = await plane.api.send('POST /applies', applying([twice, web as object, twice]));
  const message = 'document 1 and document 3 are both for namespace twice; say it once';
  const of = (at: number) => ({ pointer: `/documents/${at}`, code: 'Duplicate', message });
  expect([refused.status, refused.body.detail, refused.body.errors]).toEqual([422, message, [of(0), of(2)]]);
  const ports = applying([web as object, { ...web, ports: [{ port: 81 }] }, byHand as object, byHand as object]);
  const { body } = await plane.api.send('POST /applies', ports);
  expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([0, 1, 2, 3].map((at) => `/documents/${at}`));
  expect(await plane.everything()).toEqual(before);
  const others = [byHand as object, { ...byHand, port: 5433 }, { ...twice }, { ...web, namespace: 'twice', name: 'db' }];
  expect((await plane.api.send('POST /applies?dryRun=plan', applying(others))).status).toBe(200);
});

it('needs the permission of every document', async () => {
  await plane.api.ok('POST /namespaces', { body: { name: 'own' } });
  const { token } = (await plane.api.ok('POST /tokens', { body: { name: 'own', role: 'operator', namespaces: ['own'] } })).body;
  const own = { kind: 'service', namespace: 'own', name: 'web', ports: [{ port: 80 }] };
  const refused = await plane.api.send('POST /applies', {
    ...applying([own, { ...own, namespace: 'shop' }, { kind: 'namespace', name: 'own' }]),
    token,
  });
  expect(refused).toMatchObject({ status: 403, body: { errors: [{ pointer: '/documents/1' }, { pointer: '/documents/2' }] } });
  expect((await plane.api.send('POST /applies', { ...applying([own]), token })).status).toBe(200);
});

it('is planned as a whole, and applied as it was planned', async () => {
  const documents = [
    { kind: 'namespace', name: 'planned' },
    { kind: 'service', namespace: 'planned', name: 'web', type: 'NodePort', ports: [{ port: 80 }], selector: { app: 'web' } },
    { kind: 'pod', namespace: 'planned', name: 'web-1', node: node.name, labels: { app: 'web' } },
    { kind: 'service', namespace: 'shop', name: 'db', ports: [{ port: 5432 }], sessionAffinity: 'ClientIP' },
  ];
  const { body: plan } = await plane.api.ok('POST /applies?dryRun=plan', applying(documents));
  expect(plan.changes.map(({ operation }: { operation: string }) => operation)).toEqual([
    'namespaceCreate',
    'serviceCreate',
    'podCreate',
    'serviceUpdate',
  ]);
  const { body: applied } = await plane.api.ok(`POST /applies?planToken=${plan.planToken}`, applying(documents));
  expect(applied.documents.map(({ id }: { id: string }) => id)).toEqual(
    plan.changes.map(({ object }: { object: { id: string } }) => object.id),
  );
});

it('removes with it what is named, planned as a whole, all or none, and only what one may delete', async () => {
  const kept = { kind: 'service', namespace: 'shop', name: 'kept', ports: [{ port: 80 }], selector: { app: 'kept' } };
  const old = { kind: 'service', namespace: 'shop', name: 'old', ports: [{ port: 80 }], selector: { app: 'kept' } };
  const pod = { kind: 'pod', namespace: 'shop', name: 'old-1', node: node.name, labels: { app: 'kept' } };
  await plane.api.ok('POST /applies', applying([kept, old, pod]));
  const removed = [old, pod].map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  const body = { documents: [{ ...kept, ports: [{ port: 81 }] }], removed };

  const { token } = (await plane.api.ok('POST /tokens', { body: { name: 'pruner', role: 'operator', namespaces: ['own'] } })).body;
  const before = await plane.everything();
  const nobody = await plane.api.send('POST /applies', { body: { ...body, removed: [...removed, { ...removed[0], name: 'nobody' }] } });
  expect(nobody).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  expect(nobody.body.detail).toBe('removal 3 (service shop/nobody): there is no service shop/nobody');
  const both = await plane.api.send('POST /applies', {
    body: { documents: [kept], removed: [{ kind: 'service', namespace: 'shop', name: 'kept' }] },
  });
  expect(both).toMatchObject({ status: 422, body: { errors: [{ pointer: '/documents/0' }, { pointer: '/removed/0' }] } });
  const own = { kind: 'service', namespace: 'own', name: 'web', ports: [{ port: 80 }] };
  const forbidden = await plane.api.send('POST /applies', { body: { documents: [own], removed }, token });
  expect(forbidden).toMatchObject({ status: 403, body: { errors: [{ pointer: '/removed/0' }, { pointer: '/removed/1' }] } });
  expect(await plane.everything()).toEqual(before);

  const { body: plan } = await plane.api.ok('POST /applies?dryRun=plan', { body });
  const inTurn = ['serviceDelete', 'serviceUpdate', 'podDelete'];
  expect(plan.changes.map(({ operation }: { operation: string }) => operation)).toEqual(inTurn);
  expect((await plane.api.send(`POST /applies?planToken=${plan.planToken}`, { body: { ...body, removed: [] } })).status).toBe(422);
  const done = await plane.api.ok(`POST /applies?planToken=${plan.planToken}`, { body, headers: { 'X-Request-Id': 'pruned' } });
  expect(operationsOf(done)).toEqual(['serviceUpdate', 'serviceDelete', 'podDelete']);
  const { items } = (await plane.api.ok('GET /audit-events?requestId=pruned')).body;
  expect(items.map(({ operation }: { operation: string }) => operation).reverse()).toEqual(inTurn);
  expect((await plane.api.ok('GET /services?namespace=shop&name=old')).body.items).toEqual([]);
});

it('lets a document take over what a service holds that goes with it', async () => {
  await plane.api.ok('PATCH /cluster', { body: { externalCidrs: ['203.0.113.0/24'] }, headers: { 'If-Match': '*' } });
  const front = {
    kind: 'service',
    namespace: 'shop',
    name: 'front',
    type: 'NodePort',
    ports: [{ port: 80, nodePort: 30_777 }],
    externalIPs: ['203.0.113.77'],
  };
  const renamed = { ...front, name: 'facade' };
  await plane.api.ok('POST /applies', applying([front]));
  expect((await plane.api.send('POST /applies', applying([renamed]))).status).toBe(409);
  const removed = [{ kind: 'service', namespace: 'shop', name: 'front' }];
  const done = await plane.api.ok('POST /applies', { body: { documents: [renamed], removed } });
  expect(operationsOf(done)).toEqual(['serviceCreate', 'serviceDelete']);
  expect(done.body.documents.map(({ name }: { name: string }) => name)).toEqual(['facade', 'front']);
  const { items } = (await plane.api.ok('GET /services?namespace=shop&name=facade')).body;
  expect(items).toMatchObject([{ ports: [{ nodePort: 30_777 }], externalIPs: ['203.0.113.77'] }]);
});

it('waits for nobody in a circle when many are applied while others change the same namespaces', async () => {
  const others = Array.from({ length: 20 }, (_, n) =>
    plane.api.ok('POST /pods', { body: { namespace: 'shop', name: `other-${n}`, node: node.name, labels: { app: 'web' } } }),
  );
  const applies = Array.from({ length: 8 }, (_, n) =>
    plane.api.ok(
      'POST /applies',
      applying([
        { kind: 'pod', namespace: 'own', name: `mine-${n}`, node: node.name },
        { kind: 'pod', namespace: 'shop', name: `mine-${n}`, node: node.name, labels: { app: 'web' } },
      ]),
    ),
  );
  await Promise.all([...others, ...applies]);
});
