import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
  await joinNode(plane.api, 'roomy');
  await plane.api.ok('PATCH /cluster', { headers: { 'If-Match': '*' }, body: { externalCidrs: ['198.51.100.0/24'] } });
});
afterAll(() => plane.stop());

/** A namespace that may hold so much. */
async function limited(name: string, limits: object): Promise<string> {
  const { id } = (await plane.api.ok('POST /namespaces', { body: { name } })).body;
  await limit(id, limits);
  return id;
}
const limit = (id: string, limits: object) =>
  plane.api.ok(`PATCH /namespaces/${id}/quota`, { headers: { 'If-Match': '*' }, body: { limits } });
const quota = async (id: string) => (await plane.api.ok(`GET /namespaces/${id}/quota`)).body;

const pod = (name: string, namespace: string) => plane.api.send('POST /pods', { body: { name, namespace } });
const service = (name: string, namespace: string, changes: object = {}) =>
  plane.api.send('POST /services', { body: { name, namespace, ports: [{ port: 80 }], ...changes } });

it('limits nothing until somebody sets a limit, and shows what is held and allowed', async () => {
  const { id } = (await plane.api.ok('POST /namespaces', { body: { name: 'free' } })).body;
  await pod('one', 'free');
  expect(await quota(id)).toEqual({
    namespace: 'free',
    generation: 0,
    limits: { pods: null, services: null, endpoints: null, nodePorts: null, externalAddresses: null },
    used: { pods: 1, services: 0, endpoints: 0, nodePorts: 0, externalAddresses: 0 },
  });
  await limit(id, { pods: 5, services: 2 });
  await limit(id, { services: null });
  expect((await quota(id)).limits).toMatchObject({ pods: 5, services: null });
});

it('takes the version it was read at, as any object', async () => {
  const id = await limited('versioned', { pods: 1 });
  const { headers } = await plane.api.ok(`GET /namespaces/${id}/quota`);
  const change = (pods: number) =>
    plane.api.send(`PATCH /namespaces/${id}/quota`, { headers: { 'If-Match': headers.get('etag') ?? '' }, body: { limits: { pods } } });
  expect((await change(2)).status).toBe(200);
  expect((await change(3)).status).toBe(412);
});

it('refuses what is too much, naming what, how much there is and how much there may be', async () => {
  await limited('small', { pods: 1 });
  expect((await pod('one', 'small')).status).toBe(201);
  const { status, body } = await pod('two', 'small');
  expect([status, body.code, body.retryable]).toEqual([409, 'QuotaExceeded', true]);
  expect(body.errors).toEqual([
    { pointer: '/namespace', code: 'QuotaExceeded', message: 'namespace small holds 1 pods of at most 1, and this would add 1' },
  ]);
  expect((await pod('elsewhere', 'default')).status).toBe(201);
});

describe('what counts', () => {
  it('services, and their node ports as they come and go', async () => {
    const id = await limited('ports', { services: 2, nodePorts: 2 });
    const made = (await service('web', 'ports', { type: 'NodePort' })).body;
    expect((await quota(id)).used).toMatchObject({ services: 1, nodePorts: 1 });
    const change = (body: object) => plane.api.send(`PATCH /services/${made.id}`, { headers: { 'If-Match': '*' }, body });
    const three = [81, 82, 83].map((port) => ({ name: `p${port}`, port }));
    expect((await change({ ports: three })).body.code).toBe('QuotaExceeded');
    expect((await change({ ports: three.slice(1) })).status).toBe(200);
    expect((await service('more', 'ports', { type: 'NodePort' })).body.code).toBe('QuotaExceeded');
    expect((await change({ type: 'ClusterIP' })).status).toBe(200);
    expect((await service('more', 'ports', { type: 'NodePort' })).status).toBe(201);
    expect((await service('third', 'ports')).body.code).toBe('QuotaExceeded');
  });

  it('endpoints managed by hand, and not those that follow from pods', async () => {
    const id = await limited('hands', { endpoints: 1 });
    await service('external', 'hands');
    const add = (ip: string) => plane.api.send('POST /endpoints', { body: { service: 'external', namespace: 'hands', ip, port: 80 } });
    expect((await add('203.0.113.1')).status).toBe(201);
    expect((await add('203.0.113.2')).body.code).toBe('QuotaExceeded');
    await service('selecting', 'hands', { selector: { app: 'web' } });
    await plane.api.ok('POST /pods', { body: { name: 'web', namespace: 'hands', labels: { app: 'web' } } });
    expect((await quota(id)).used.endpoints).toBe(1);
  });

  it('external addresses, each port of each', async () => {
    const id = await limited('outside', { externalAddresses: 2 });
    const two = { externalIPs: ['198.51.100.1', '198.51.100.2'] };
    expect((await service('web', 'outside', two)).status).toBe(201);
    expect((await quota(id)).used.externalAddresses).toBe(2);
    expect((await service('more', 'outside', { externalIPs: ['198.51.100.3'] })).body.code).toBe('QuotaExceeded');
  });
});

it('takes nothing away when a limit is set below what is held', async () => {
  const { id } = (await plane.api.ok('POST /namespaces', { body: { name: 'full' } })).body;
  const { body } = await pod('one', 'full');
  await pod('two', 'full');
  await limit(id, { pods: 0 });
  expect((await quota(id)).used.pods).toBe(2);
  const labels = { headers: { 'If-Match': '*' }, body: { labels: { still: 'here' } } };
  expect((await plane.api.send(`PATCH /pods/${body.id}`, labels)).status).toBe(200);
  expect((await pod('three', 'full')).body.code).toBe('QuotaExceeded');
});

it('is not exceeded by forty who come at once through two replicas', async () => {
  const id = await limited('crowded', { pods: 7, nodePorts: 5 });
  const replica = await plane.replica();
  const both = [plane.api, replica.api];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => {
      const body = { name: `crowd-${at}`, namespace: 'crowded' };
      const request = at % 2 === 0 ? 'POST /pods' : 'POST /services';
      const more = at % 2 === 0 ? {} : { type: 'NodePort', ports: [{ port: 80 }] };
      return both[Math.floor(at / 2) % 2]?.send(request, { body: { ...body, ...more } });
    }),
  );
  const codes = answers.map((answer) => answer?.body.code ?? answer?.status);
  expect(codes.filter((code) => code === 201)).toHaveLength(12);
  expect(codes.filter((code) => code === 'QuotaExceeded')).toHaveLength(28);
  expect((await quota(id)).used).toMatchObject({ pods: 7, nodePorts: 5 });
  await replica.stop();
});
