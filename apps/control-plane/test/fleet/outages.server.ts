import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedServer, startPostgres } from '@weft/host';
import { DEFAULT_NETWORK, type Pod } from '@weft/model';
import { initialise, migrate } from '@weft/store';
import { eventually } from '@weft/testing';
import { freshRedis } from '@weft/testing/servers';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../harness/api.ts';
import { joinNode } from '../harness/executor.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';

const CLIENTS = 10;
/** Longest time any request may take to get some answer: what docs/howto/nodes.md says, and something for a busy machine. */
const ANSWERED_WITHIN_MS = 25_000;

let directory: string;
let postgres: EmbeddedServer;
let program: Program;
let replicas: [PlaneProcess, PlaneProcess, PlaneProcess];
let node: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-outages-'));
  postgres = await startPostgres({ directory, durable: true });
  await migrate({ databaseUrl: postgres.url });
  await initialise({ databaseUrl: postgres.url }, DEFAULT_NETWORK);
  program = await bundleProgram();
  const environment = { DATABASE_URL: postgres.url, REDIS_URL: await freshRedis() };
  replicas = [await program.serve(environment), await program.serve(environment), await program.serve(environment)];
  node = (await joinNode(replicas[0].api, 'outages')).name;
}, 180_000);
afterAll(async () => {
  await program?.remove();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What clients saw while something was broken. */
interface Seen {
  readonly acknowledged: Map<string, Pod>;
  readonly statuses: Map<number, number>;
  slowestMs: number;
}

/** Clients that create pods at all replicas in turn until told to stop; one that gets no answer, or 503, asks the next with the same key. */
function clients(prefix: string): { readonly seen: Seen; stop(): Promise<void> } {
  const seen: Seen = { acknowledged: new Map(), statuses: new Map(), slowestMs: 0 };
  let going = true;
  let next = 0;
  const ask = async (replica: PlaneProcess | undefined, name: string): Promise<Answer | null> => {
    const since = performance.now();
    const sending = { body: { name, node }, headers: { 'Idempotency-Key': name } };
    const answer = await (replica?.api.send('POST /pods', sending) ?? null)?.catch((error: unknown) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - since);
    if (answer) seen.statuses.set(answer.status, (seen.statuses.get(answer.status) ?? 0) + 1);
    return answer ?? null;
  };
  const client = async () => {
    while (going) {
      const name = `${prefix}-${next++}`;
      for (let attempt = next; going || !seen.acknowledged.has(name); attempt++) {
        const answer = await ask(replicas[attempt % replicas.length], name);
        if (answer?.status === 201) {
          seen.acknowledged.set(name, answer.body);
          break;
        }
        if (answer === null || answer.status === 503) await sleep(20);
        else throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
  };
  const done = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    seen,
    async stop() {
      going = false;
      await done;
    },
  };
}

/** Everything that was acknowledged is there, once, at the address that was told. */
async function expectKept({ acknowledged, slowestMs }: Seen, prefix: string): Promise<void> {
  const pods = (await replicas[1].api.ok('GET /pods?limit=1000')).body.items.filter(({ name }: Pod) => name.startsWith(`${prefix}-`));
  expect(new Map(pods.map(({ name, ip }: Pod) => [name, ip]))).toEqual(new Map([...acknowledged].map(([name, { ip }]) => [name, ip])));
  expect(slowestMs).toBeLessThan(ANSWERED_WITHIN_MS);
  for (const { name } of pods) await replicas[1].api.ok(`DELETE /pods/${acknowledged.get(name)?.id}`, { headers: { 'If-Match': '*' } });
}

const more = (seen: Seen, by: number) => {
  const before = seen.acknowledged.size;
  return eventually(`${by} more pods`, () => seen.acknowledged.size >= before + by, { withinMs: 60_000, everyMs: 20 });
};

it('one of three replicas is killed under load: the others answer for it', { timeout: 180_000 }, async () => {
  const { seen, stop } = clients('killed');
  await more(seen, 15);
  await replicas[2].kill();
  await more(seen, 15);
  await stop();
  expect([...seen.statuses.keys()]).toEqual([201]);
  await expectKept(seen, 'killed');
  await replicas[2].restart();
});

it('Postgres restarts under load: 503 meanwhile, and nothing that was acknowledged is lost', { timeout: 180_000 }, async () => {
  const { seen, stop } = clients('restarted');
  await more(seen, 15);
  await postgres.stop();
  await eventually('refusals', () => (seen.statuses.get(503) ?? 0) > 10, { withinMs: 60_000 });
  for (const { api } of replicas) expect((await api.send('GET /readyz')).status).toBe(503);
  postgres = await startPostgres({ directory, durable: true });
  await more(seen, 15);
  await stop();
  expect([...seen.statuses.keys()].sort()).toEqual([201, 503]);
  await expectKept(seen, 'restarted');
});

it('Postgres has no connection left: 503 with Retry-After within bounds, and answers again when it has', { timeout: 180_000 }, async () => {
  const hogs: pg.Client[] = [];
  const hog = async () => {
    for (;;) {
      const client = new pg.Client({ connectionString: postgres.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        hogs.push(client);
      } catch {
        return;
      }
    }
  };
  const killer = new pg.Client({ connectionString: postgres.url });
  killer.on('error', () => undefined);
  await killer.connect();
  const ours = "SELECT pid FROM pg_stat_activity WHERE application_name = 'weft'";
  const alone = async () => {
    await killer.query(`SELECT pg_terminate_backend(pid) FROM (${ours}) weft`);
    await hog();
    return (await killer.query(ours)).rows.length === 0;
  };
  await eventually('replicas without a connection', alone, { withinMs: 60_000 });
  const since = performance.now();
  const names = replicas.map((_, at) => `hogged-${at}`);
  const answers = await Promise.all(replicas.map(({ api }, at) => api.send('POST /pods', { body: { name: names[at], node } })));
  expect(performance.now() - since).toBeLessThan(ANSWERED_WITHIN_MS);
  for (const { status, body, headers } of answers) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'Unavailable' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await Promise.all([...hogs, killer].map((client) => client.end()));
  const [{ api }] = replicas;
  await eventually('an answer', async () => (await api.send('GET /pods')).status === 200, { withinMs: 30_000 });
  // What was answered with 503 was not done.
  expect((await api.ok('GET /pods?limit=1000')).body.items.filter(({ name }: Pod) => names.includes(name))).toEqual([]);
});
