import type { AuditEvent, Rollout } from '@weft/model';
import { eventually } from '@weft/testing';
import { FAULTS } from '@weft/testing/faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';
import { type FakeNode, fakeNode } from './fake-node.ts';

/** The lock that a step waits for right before its commit. */
const LOCK = 4711;

/** Sides of the commit of a step, the moment that decides whether it was taken. */
type Side = 'before' | 'after';

let plane: Plane;
let sql: pg.Client;
let program: Program;
/** Takes the steps; the plane of this process is asked by nodes and takes none. */
let taker: PlaneProcess;
/** Holds the lock all the time. */
let holder: pg.Client;

beforeAll(async () => {
  plane = await startPlane({ WEFT_SWEEP_SECONDS: '300' });
  sql = new pg.Client({ connectionString: plane.databaseUrl });
  await sql.connect();
  await sql.query(`
    CREATE TABLE held_step (request_id text, step int);
    CREATE FUNCTION hold_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_advisory_xact_lock(${LOCK}) FROM held_step h WHERE h.request_id = NEW.request_id
        AND h.step = (SELECT count(*) FROM change c WHERE c.request_id = NEW.request_id);
      RETURN NEW;
    END $$;
    CREATE TRIGGER hold_step BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION hold_step()`);
  holder = new pg.Client({ connectionString: plane.databaseUrl });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
  program = await bundleProgram(plane.admin);
  const environment = { DATABASE_URL: plane.databaseUrl, REDIS_URL: plane.redisUrl, WEFT_SWEEP_SECONDS: '1' };
  taker = await program.serve(environment);
});
afterAll(async () => {
  await program?.remove();
  await holder?.end();
  await sql?.end();
  await plane?.stop();
});

/** Steps of a rollout that are committed. */
async function stepsOf(id: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>('SELECT count(*)::int AS count FROM change WHERE request_id = $1', [id]);
  return rows[0]?.count ?? 0;
}

const isOver = async (id: string) => ['Done', 'Reverted', 'Halted'].includes((await plane.api.ok(`GET /rollouts/${id}`)).body.status.phase);

/** Sessions of the database in which a step waits. */
const waiting = async () =>
  (await sql.query('SELECT pid FROM pg_locks WHERE locktype = $1 AND objid = $2 AND NOT granted', ['advisory', LOCK])).rows;

/**
 * Has the rollout go on until a step is about to be committed, or was just committed, and kills whoever takes it there. No step after it is taken. False: the rollout
 * was over before.
 */
async function killAt(id: string, step: number, side: Side): Promise<boolean> {
  await sql.query('INSERT INTO held_step VALUES ($1, $2)', [id, side === 'before' ? step : step + 1]);
  await taker.restart();
  const isThere = async () => (side === 'before' ? (await waiting()).length > 0 : (await stepsOf(id)) > step);
  await eventually(`step ${step}`, async () => (await isThere()) || (await isOver(id)), { withinMs: 60_000, everyMs: 5 });
  await taker.kill();
  const killed = await isThere();
  // The database does not know yet that nobody waits for its answer.
  for (const { pid } of await waiting()) await sql.query('SELECT pg_terminate_backend($1)', [pid]);
  await sql.query('DELETE FROM held_step');
  return killed;
}

/** Where it is killed at a step: on one side in the short form, first on one and then on the other in the long one. */
const sidesOf = (step: number): readonly Side[] => (FAULTS.kills > 10 ? ['before', 'after'] : [step % 2 === 0 ? 'before' : 'after']);

/** Updates of nodes that a rollout made, oldest first: `name backend`. */
async function updates(id: string): Promise<string[]> {
  const { items } = (await plane.api.ok(`GET /audit-events?requestId=${id}&limit=1000`)).body as { items: AuditEvent[] };
  const made = items.filter(({ operation }) => operation === 'nodeUpdate').reverse();
  return made.map(({ object, after }) => `${object.name} ${(after as { backend: string }).backend}`);
}

/** The most nodes that were in the middle of the change at any time, of every state that the rollout was ever in. */
async function mostBusy(id: string): Promise<number> {
  const { events } = await plane.store.history.events('rollout', { after: 0, limit: 10_000 });
  const busy = ({ status }: Rollout) => status.nodes.filter(({ state }) => ['Changing', 'Probing', 'Reverting'].includes(state)).length;
  return Math.max(...events.filter(({ object }) => object.id === id).map(({ object }) => busy(object)));
}

/** Takes a rollout of three nodes to its end while whoever takes its steps is killed at every one. */
async function killedThroughout(failing: boolean) {
  await taker.kill();
  const nodes: FakeNode[] = [];
  for (const kind of ['a', 'b', 'c']) nodes.push(await fakeNode(plane.api, plane.redisUrl, kind));
  const [a, b, c] = nodes as [FakeNode, FakeNode, FakeNode];
  await plane.api.ok('POST /pods', {
    body: { name: `p-${b.name}`, node: b.name, ports: [{ containerPort: 80 }], labels: { app: b.name }, runtime: { type: 'none' } },
  });
  await plane.api.ok('POST /services', { body: { name: `s-${b.name}`, selector: { app: b.name }, ports: [{ port: 80 }] } });
  for (const node of nodes) await node.apply();
  if (failing) b.meets = (backend) => (backend === 'iptables' ? 'ETIMEDOUT' : null);
  const body = { nodes: nodes.map(({ name }) => name), change: { backend: 'iptables' }, soakSeconds: 0 };
  const { id } = (await plane.api.ok('POST /rollouts', { body })).body as Rollout;
  let kills = 0;
  for (let step = 0; !(await isOver(id)); step++) for (const side of sidesOf(step)) if (await killAt(id, step, side)) kills += 1;
  const { status } = (await plane.api.ok(`GET /rollouts/${id}`)).body as Rollout;
  const seen = {
    phase: status.phase,
    updates: await updates(id),
    mostBusy: await mostBusy(id),
    backends: nodes.map((one) => one.backend()),
  };
  for (const node of nodes) await node.close();
  return { names: [a.name, b.name, c.name] as const, kills, seen };
}

const TIMEOUT = { timeout: 400_000 };

it('goes node by node to its end, though whoever takes its steps is killed at each of them', TIMEOUT, async () => {
  const { names, kills, seen } = await killedThroughout(false);
  expect(kills).toBeGreaterThanOrEqual(9);
  expect(seen).toEqual({
    phase: 'Done',
    updates: names.map((name) => `${name} iptables`),
    mostBusy: 1,
    backends: ['iptables', 'iptables', 'iptables'],
  });
});

it('goes back node by node, though whoever takes its steps is killed at each of them', TIMEOUT, async () => {
  const { names, kills, seen } = await killedThroughout(true);
  const [a, b] = names;
  expect(kills).toBeGreaterThanOrEqual(9);
  expect(seen).toEqual({
    phase: 'Reverted',
    updates: [`${a} iptables`, `${b} iptables`, `${b} nftables`, `${a} nftables`],
    mostBusy: 1,
    backends: ['nftables', 'nftables', 'nftables'],
  });
});
