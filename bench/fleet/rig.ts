import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_NETWORK } from '@weft/model';
import pg from 'pg';
import { fill } from '../api/fill.ts';
import { openSite, type Plane, type Site } from '../api/site.ts';
import type { Committed } from '../hollow/applied-log.ts';
import { type HollowFleet, startHollowFleet } from '../hollow/hollow-fleet.ts';
import { EndpointChanges, READINESS, WEIGHT } from './endpoint-changes.ts';
import { leanClient } from './lean-client.ts';

/** A thousand nodes and more get a block of pod addresses each. */
const NETWORK = { ...DEFAULT_NETWORK, podCidrs: ['100.64.0.0/14'], podBlockPrefixLength: 26 };

/** How often the nodes are asked what they did. */
const LOOK_MS = 50;

/** Services of a fleet: ten for each node, 10,000 at most. */
export const servicesOf = (nodes: number): number => Math.min(nodes * 10, 10_000);

/** A control plane with its Postgres and its Redis, hollow nodes, and services that all of them have applied. */
export interface Rig {
  readonly site: Site;
  readonly plane: Plane;
  readonly sql: pg.Client;
  readonly fleet: HollowFleet;
  /** Changes that concern all nodes, as many as are asked for: endpoints that go and come back, and weights of others. */
  readonly readiness: EndpointChanges;
  readonly weights: EndpointChanges;
  /** Milliseconds from the change that told all nodes at once of all services until the last had applied them. */
  readonly filledInMs: number;
  /** The newest revision that all nodes have to make true. */
  revision(): Promise<number>;
  /** Commits after a revision that concern all nodes, with the time at which each was made. */
  commits(after: number): Promise<Committed[]>;
  /** Waits until every node has applied a revision. Throws Error after so many ms. */
  applied(revision: number, withinMs: number): Promise<void>;
  /** Waits until every node has reported what it has applied, and its receipts are sealed: what comes next is not beside that. Throws Error when it takes too long. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

/** How long nodes may take to pull and apply everything, all at once. */
const START_MS = 200_000;

/** How many nodes have not reported everything, and how many receipts are not sealed. */
const LEFT_TO_DO = `
  SELECT (SELECT count(*) FROM unsealed_receipt) + (SELECT count(*) FROM node_state, revision_counter WHERE applied_revision < fleet_revision) AS left`;

/** Builds the rig for so many nodes. Takes seconds for fifty, minutes for a thousand. */
export async function openRig(nodes: number, say: (text: string) => void): Promise<Rig> {
  const site = await openSite();
  const undo: (() => Promise<unknown>)[] = [() => site.close()];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const plane = await site.plane(`fleet_${nodes}`, { network: NETWORK, env: { WEFT_NODE_REDIS_URL: site.redisUrl, WEFT_LOG: 'silent' } });
    const sql = new pg.Client({ connectionString: plane.databaseUrl });
    await sql.connect();
    undo.push(() => sql.end());
    say(`${nodes} hosts join`);
    const fleet = await startHollowFleet(plane.client, plane.url, nodes);
    undo.push(() => fleet.stop());
    const revision = async () => Number((await sql.query('SELECT fleet_revision FROM revision_counter')).rows[0].fleet_revision);
    const applied = async (wanted: number, withinMs: number) => {
      const deadline = performance.now() + withinMs;
      for (;;) {
        await fleet.tell();
        const reached = fleet.log.reached(wanted);
        if (reached >= fleet.joined) return;
        if (performance.now() > deadline)
          throw new Error(`after ${withinMs} ms ${reached} of ${fleet.joined} nodes have applied revision ${wanted}`);
        await pause(LOOK_MS);
      }
    };
    const calm = async () => {
      const deadline = performance.now() + START_MS;
      while ((await sql.query<{ left: string }>(LEFT_TO_DO)).rows[0]?.left !== '0') {
        if (performance.now() > deadline) throw new Error(`after ${START_MS} ms reports or seals are still missing`);
        await pause(LOOK_MS);
      }
    };
    await applied(await revision(), START_MS);
    say(`filling ${servicesOf(nodes)} services`);
    await fill(sql, plane.client, servicesOf(nodes));
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM endpoint ORDER BY md5(id) LIMIT 10000');
    const ids = rows.map(({ id }) => id);
    const [coming, weighted] = [ids.slice(0, ids.length / 2), ids.slice(ids.length / 2)];
    const filled = performance.now();
    await plane.client.ok('PATCH', `/endpoints/${weighted[0]}`, { weight: 100 }, { 'if-match': '*' });
    const filledAt = await revision();
    await applied(filledAt, START_MS);
    const filledInMs = performance.now() - filled;
    const changer = leanClient(plane.url, plane.token);
    say(`${nodes} nodes have applied everything after ${Math.round(filledInMs)} ms`);
    return {
      ...{ site, plane, sql, fleet, filledInMs, revision, applied, calm, close },
      readiness: new EndpointChanges(changer, coming, READINESS, filledAt),
      weights: new EndpointChanges(changer, weighted, WEIGHT, filledAt),
      async commits(after) {
        const found = await sql.query<{ revision: string; at: Date }>(
          'SELECT revision, at FROM change WHERE revision > $1 AND concerns_all ORDER BY revision',
          [after],
        );
        return found.rows.map((row) => ({ revision: Number(row.revision), at: row.at.getTime() }));
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
