import { randomBytes } from 'node:crypto';
import { type AuditEvent, DEFAULT_NETWORK, type Node, type Pod, type Service } from '@weft/model';
import { applyOf, createClient, dataOf, planOf, type WeftClient, watch } from '@weft/sdk';
import { initialise, migrate, openStore } from '@weft/store';
import { eventually } from '@weft/testing';
import { emptyDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer, Api, Sending } from '../harness/api.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { buildPrevious } from '../harness/previous-program.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';

const CLIENTS = 4;
/** Changes that are made in each part of the upgrade. */
const CHANGES = 60;

const admin = randomBytes(24).toString('hex');
let database: TestDatabase;
let environment: Readonly<Record<string, string>>;
let previous: Program;
let current: Program;

beforeAll(async () => {
  database = await emptyDatabase();
  environment = { DATABASE_URL: database.url, REDIS_URL: await freshRedis(), WEFT_SWEEP_SECONDS: '1' };
  [previous, current] = [await buildPrevious(admin), await bundleProgram(admin)];
}, 120_000);
afterAll(async () => {
  await previous?.remove();
  await current?.remove();
  await database?.drop();
});

/** Replicas that are asked in turn, as a load balancer does; one that is gone is left out. */
class Balancer {
  readonly #replicas = new Set<PlaneProcess>();
  #turn = 0;

  add(replica: PlaneProcess): void {
    this.#replicas.add(replica);
  }

  async end(replica: PlaneProcess): Promise<void> {
    this.#replicas.delete(replica);
    await replica.kill();
  }

  /** A replica to ask now. */
  next(): Api {
    const all = [...this.#replicas];
    this.#turn += 1;
    return (all[this.#turn % all.length] as PlaneProcess).api;
  }

  /** Asks until somebody lives long enough to answer. */
  async insist(request: string, sending: Sending): Promise<Answer> {
    for (;;) {
      const answer = await this.next()
        .send(request, sending)
        .catch((error: unknown) => {
          if (error instanceof TypeError) return null;
          throw error;
        });
      if (answer !== null && answer.status !== 503) return answer;
    }
  }
}

/** Makes and deletes pods and services through whoever is there, and remembers what was acknowledged. */
class Work {
  readonly there = new Map<string, string>();
  readonly requests = new Set<string>();
  readonly #replicas: Balancer;
  readonly #node: JoinedNode;
  #count = 0;

  constructor(replicas: Balancer, node: JoinedNode) {
    this.#replicas = replicas;
    this.#node = node;
  }

  async go(changes: number): Promise<void> {
    const end = this.#count + changes;
    const client = async () => {
      while (this.#count < end) await this.#change(this.#count++);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  async #change(n: number): Promise<void> {
    const name = `object-${n}`;
    const path = n % 3 === 0 ? '/services' : '/pods';
    const body =
      n % 3 === 0 ? { name, selector: { app: 'a' }, ports: [{ port: 80 }] } : { name, node: this.#node.name, labels: { app: 'a' } };
    const made = await this.#replicas.insist(`POST ${path}`, { body, headers: { 'Idempotency-Key': name, 'X-Request-Id': name } });
    expect(made).toMatchObject({ status: 201 });
    this.requests.add(name);
    this.there.set(name, made.body.id);
    if (n % 3 !== 1) return;
    const headers = { 'If-Match': '*', 'X-Request-Id': `${name}-gone` };
    const gone = await this.#replicas.insist(`DELETE ${path}/${made.body.id}`, { headers });
    // Whoever was killed may have done it and not said so.
    expect([202, 204, 404]).toContain(gone.status);
    this.requests.add(`${name}-gone`);
    this.there.delete(name);
  }
}

/** All names with their ids, as an API has them. */
async function listed(api: Api): Promise<Map<string, string>> {
  const lists = await Promise.all(['/pods', '/services'].map((path) => api.ok(`GET ${path}?limit=1000`)));
  return new Map(lists.flatMap(({ body }) => (body.items as (Pod | Service)[]).map(({ name, id }) => [name, id] as const)));
}

/** What a node pulls. */
const pulled = async (api: Api, { token }: JoinedNode) => (await api.ok('GET /node-agent/desired', { token })).body;

/** Lets a node pull and report until there is nothing left to apply; pods that have become ready are another change. */
const settled = (api: Api, node: JoinedNode) =>
  eventually('a node that has applied everything', async () => {
    await node.apply();
    const { items } = (await api.ok('GET /nodes')).body as { items: Node[] };
    return items.every(({ status }) => status.phase === 'Ready');
  });

/** Plans documents at one replica and applies that plan at another, as a client of this version does; what it was recorded as. */
async function appliedAcross(from: Api, to: Api, name: string): Promise<readonly (string | null)[]> {
  const [planner, applier] = [from, to].map(({ url }) => createClient({ url, token: admin })) as [WeftClient, WeftClient];
  const body = applyOf([{ kind: 'namespace', name }]);
  const { planToken } = await planOf(planner.POST('/applies', { params: { query: { dryRun: 'plan' } }, body }));
  const { documents } = await dataOf(applier.POST('/applies', { params: { query: { planToken } }, body }));
  return documents.map(({ operation }) => operation);
}

it('goes from the version before to this one, replica by replica, while nodes and clients work', { timeout: 300_000 }, async () => {
  expect(await previous.run('migrate', environment)).toMatchObject({ code: 0 });
  const old = await previous.serve(environment);
  const replicas = new Balancer();
  replicas.add(old);
  const node = await joinNode(old.api, 'upgraded');
  const work = new Work(replicas, node);
  await work.go(CHANGES);
  await settled(old.api, node);

  // The schema first: whoever is there goes on, and may be started again.
  const during = work.go(CHANGES);
  const applied = await migrate({ databaseUrl: database.url });
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  expect(applied.length).toBeGreaterThan(0);
  await during;
  await old.restart();

  // Then one replica of this version beside it.
  const fresh = await current.serve(environment);
  replicas.add(fresh);
  const stop = new AbortController();
  const told = new Set<string>();
  const watching = (async () => {
    const events = watch(createClient({ url: fresh.api.url, token: admin }), '/services', { signal: stop.signal });
    for await (const event of events) if (event.type !== 'BOOKMARK') told.add(event.object.name);
  })();
  await work.go(CHANGES);
  const both = [old.api, fresh.api] as const;
  const [there, here] = await Promise.all(both.map(listed));
  expect(there).toEqual(here);
  expect(here).toEqual(work.there);
  const states = await Promise.all(both.map((api) => pulled(api, node)));
  expect(states[0].checksum).toBe(states[1].checksum);
  expect(await appliedAcross(old.api, fresh.api, 'planned-there')).toEqual(['namespaceCreate']);
  expect(await appliedAcross(fresh.api, old.api, 'planned-here')).toEqual(['namespaceCreate']);
  await eventually('every service to be told of', () =>
    [...work.there.keys()].every((name) => Number(name.slice(7)) % 3 > 0 || told.has(name)),
  );
  stop.abort();
  await watching;

  // A session that was opened at the one is good at the other, and what was applied through the one is known to the other.
  await settled(fresh.api, node);

  // The old one goes in the middle of the work.
  const last = work.go(CHANGES);
  await replicas.end(old);
  await last;
  expect(await listed(fresh.api)).toEqual(work.there);

  // What the old one did meanwhile is part of the past, as the node had it. One that recorded none leaves a gap: then the past begins after it.
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  const store = openStore({ databaseUrl: database.url, connections: 2 });
  const oldest = await store.past.oldest();
  for (const { revision, checksum } of [...states, await pulled(fresh.api, node)])
    if (revision >= oldest) expect((await store.past.desired(node.id, revision)).checksum).toBe(checksum);
  if (process.env.WEFT_UPGRADE_FROM === undefined) expect(oldest).toBe(0);
  await store.close();

  // Of everything it is known who asked.
  const requests = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: AuditEvent[]; nextCursor: string | null } = (
      await fresh.api.ok(`GET /audit-events?limit=1000${cursor && `&cursor=${cursor}`}`)
    ).body;
    for (const { requestId } of page.items) requests.add(requestId);
    cursor = page.nextCursor;
  }
  expect([...work.requests].filter((id) => !requests.has(id))).toEqual([]);
});
