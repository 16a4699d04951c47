import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_NETWORK } from '@weft/model';
import pg from 'pg';
import { fill } from '../api/fill.ts';
import { openSite, type Plane, type Site } from '../api/site.ts';
import { type HollowFleet, startHollowFleet } from '../hollow/hollow-fleet.ts';
import { AppliedLog, type Committed } from './applied-log.ts';

/** A thousand nodes and more get a block of pod addresses each. */
const NETWORK = { ...DEFAULT_NETWORK, podCidrs: ['100.64.0.0/14'], podBlockPrefixLength: 26 };

/** How often the nodes are asked what they did. */
const LOOK_MS = 50;

/** Services of a fleet: ten for each node, 10,000 at most. */
export const servicesOf = (nodes: number): number => Math.min(nodes * 10, 10_000);

/** A control plane with its Postgres and its Redis, filled, and hollow nodes that have applied everything. */
export interface Rig {
  readonly site: Site;
  readonly plane: Plane;
  readonly sql: pg.Client;
  readonly fleet: HollowFleet;
  readonly log: AppliedLog;
  /** Ids of endpoints that changes may be made of. */
  readonly endpoints: readonly string[];
  /** Milliseconds from the start of the nodes until the last had applied everything. */
  readonly startedInMs: number;
  /** The newest revision that all nodes have to make true. */
  revision(): Promise<number>;
  /** Commits after a revision that concern all nodes, with the time at which each was made. */
  commits(after: number): Promise<Committed[]>;
  /** Waits until every node has applied a revision. Throws Error after so many ms. */
  applied(revision: number, withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/** How long nodes may take to pull and apply everything, all at once. */
const START_MS = 200_000;

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
    say(`filling ${servicesOf(nodes)} services`);
    await fill(sql, plane.client, servicesOf(nodes));
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM endpoint ORDER BY md5(id) LIMIT 5000');
    say(`${nodes} hosts join`);
    const started = performance.now();
    const fleet = await startHollowFleet(plane.client, plane.url, nodes);
    undo.push(() => fleet.stop());
    const log = new AppliedLog();
    const revision = async () => Number((await sql.query('SELECT fleet_revision FROM revision_counter')).rows[0].fleet_revision);
    const applied = async (wanted: number, withinMs: number) => {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const { applied: news, failures } = await fleet.tell();
        if (failures.length > 0) throw new Error(failures.slice(0, 5).join('\n'));
        log.take(news);
        const reached = log.reached(wanted);
        if (reached >= nodes) return;
        if (performance.now() > deadline)
          throw new Error(`after ${withinMs} ms ${reached} of ${nodes} nodes have applied revision ${wanted}`);
        await pause(LOOK_MS);
      }
    };
    await applied(await revision(), START_MS);
    const startedInMs = performance.now() - started;
    say(`${nodes} nodes have applied everything after ${Math.round(startedInMs)} ms`);
    return {
      ...{ site, plane, sql, fleet, log, endpoints: rows.map(({ id }) => id), startedInMs, revision, applied, close },
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
