import { DEFAULT_NETWORK, deriveEndpoints, type Endpoint, type Pod, type Service } from '@weft/model';
import { initialise } from '@weft/store';
import { eventually } from '@weft/testing';
import { freshDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Api } from './harness/api.ts';
import { type JoinedNode, joinNode } from './harness/executor.ts';
import { bundleProgram, type Program } from './harness/processes.ts';

const CLIENTS = 100;
const PODS = 2_000;
const SERVICES = 100;
/** Services select pods by a label that has so many values: every pod is behind two of them. */
const APPS = SERVICES / 2;

let database: TestDatabase;
let program: Program;
let replicas: readonly [Api, Api];
let nodes: JoinedNode[];

beforeAll(async () => {
  database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  program = await bundleProgram();
  const environment = { DATABASE_URL: database.url, REDIS_URL: await freshRedis(), WEFT_QUARANTINE_SECONDS: '1', WEFT_SWEEP_SECONDS: '1' };
  const [one, other] = await Promise.all([program.serve(environment), program.serve(environment)]);
  replicas = [one.api, other.api];
  nodes = [];
  for (let n = 0; n < 5; n++) nodes.push(await joinNode(one.api, 'crowd'));
});
afterAll(async () => {
  await program?.remove();
  await database?.drop();
});

/** Does something for each of so many numbers, as many at once as there are clients, half of them through each replica. */
async function crowd<T>(count: number, work: (api: Api, n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const client = async (number: number) => {
    while (next < count) {
      const n = next++;
      results[n] = await work(replicas[number % 2 === 0 ? 0 : 1], n);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return results;
}

async function everything<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: T[]; nextCursor: string | null } = (await replicas[0].ok(`GET ${path}?limit=1000${cursor && `&cursor=${cursor}`}`))
      .body;
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** How many addresses of each purpose are in which state. */
async function addresses() {
  const { items } = (await replicas[1].ok('GET /pools')).body;
  return Object.fromEntries(items.map((pool: { purpose: string; addresses: object }) => [pool.purpose, pool.addresses]));
}

let pods: Pod[];
let services: Service[];

it('gives 2,000 pods that 100 clients create at once through two processes 2,000 addresses', { timeout: 120_000 }, async () => {
  const body = (n: number) => ({ name: `pod-${n}`, labels: { app: `app-${n % APPS}` } });
  const creation = async (api: Api, n: number) => {
    // On a busy machine it takes longer than a node may be silent.
    if (n % 250 === 0) await Promise.all(nodes.map((node) => node.apply()));
    return api.ok('POST /pods', { body: body(n) });
  };
  pods = (await crowd(PODS, creation)).map((answer) => answer.body);
  expect(new Set(pods.map((pod) => pod.ip)).size).toBe(PODS);
  expect(new Set(pods.map((pod) => pod.id)).size).toBe(PODS);
  expect((await addresses()).pods).toMatchObject({ allocated: PODS, quarantined: 0 });
  // As many as fit in two blocks of each node: none was claimed that nobody needed.
  expect((await everything<{ podBlocks: string[] }>('/nodes')).map((node) => node.podBlocks.length)).toEqual([2, 2, 2, 2, 2]);
});

it('gives every one of many services an address and a node port, and the endpoints that its pods are', { timeout: 120_000 }, async () => {
  const body = (n: number) => ({
    name: `service-${n}`,
    type: n % 2 === 0 ? 'NodePort' : 'ClusterIP',
    selector: { app: `app-${n % APPS}` },
    ports: [{ port: 80 }],
  });
  const applied = Promise.all(nodes.map((node) => node.apply()));
  services = (await crowd(SERVICES, (api, n) => api.ok('POST /services', { body: body(n) }))).map((answer) => answer.body);
  await applied;
  expect(new Set(services.map((service) => service.clusterIP)).size).toBe(SERVICES);
  const nodePorts = services.flatMap((service) => service.ports.flatMap((port) => port.nodePort ?? []));
  expect(new Set(nodePorts).size).toBe(SERVICES / 2);

  const ready = (await everything<Pod>('/pods')).map((pod) => ({
    ...pod,
    ready: pod.status.ready,
    wired: true,
    terminating: false,
    withdrawn: null,
  }));
  expect(ready.every((pod) => pod.ready)).toBe(true);
  const found = Map.groupBy(await everything<Endpoint>('/endpoints'), (endpoint) => endpoint.service);
  for (const service of await everything<Service>('/services')) {
    const derived = deriveEndpoints(service, ready).map(({ ip, port }) => `${ip}:${port} true`);
    const endpoints = found.get(service.name) ?? [];
    expect(endpoints.map(({ ip, port, conditions }) => `${ip}:${port} ${conditions.ready}`).sort()).toEqual(derived.sort());
    expect(service.status.endpoints).toEqual({ ready: PODS / APPS, total: PODS / APPS });
  }
});

it('gets every address back when all of it is deleted at once', { timeout: 120_000 }, async () => {
  const paths = [...pods.map(({ id }) => `/pods/${id}`), ...services.map(({ id }) => `/services/${id}`)];
  const mixed = paths.map((path, n) => ({ path, at: (n * 997) % paths.length })).sort((a, b) => a.at - b.at);
  await crowd(mixed.length, (api, n) => api.ok(`DELETE ${mixed[n]?.path}`, { headers: { 'If-Match': '*' } }));
  for (const { allocated } of Object.values<{ allocated: number }>(await addresses())) expect(allocated).toBe(0);
  expect(await everything('/endpoints')).toEqual([]);
  for (const node of nodes) await node.apply();
  await eventually('nothing is in quarantine', async () => {
    const states = Object.values<Record<string, number>>(await addresses());
    return states.every(({ total = 0, free = 0, reserved = 0, quarantined }) => quarantined === 0 && free + reserved === total);
  });
});
