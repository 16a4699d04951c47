import type pg from 'pg';
import { clusterWith, onSite } from '../api/cluster.ts';
import { creations } from '../api/creations.ts';
import { type Figure, figure } from '../harness/figure.ts';
import { inTurns, timed } from '../harness/in-turns.ts';

const PAIRS = 2_000;
const WARM = 200;

/** Has a database keep nothing of who asked for what and of how anything was: rows are thrown away before they are written, and there is nothing to be seen for them. */
async function forget(sql: pg.Client): Promise<void> {
  await sql.query(`CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
  for (const table of ['change', 'object_version', 'desired_version'])
    await sql.query(`CREATE TRIGGER forget BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION forget()`);
  for (const view of ['desired_node', 'desired_pod', 'desired_endpoint', 'desired_service']) {
    const { rows } = await sql.query(`SELECT rtrim(pg_get_viewdef('${view}'), ';') AS definition`);
    await sql.query(`CREATE OR REPLACE VIEW ${view} AS SELECT * FROM (${rows[0].definition}) seen WHERE false`);
  }
}

/** `POST /services` with the audit record and the history of objects, next to the same without, in turns; each on a control plane and a database of its own. */
export function recordedCreations(services: number, quick: boolean): Promise<Figure[]> {
  return onSite(async (site) => {
    const recorded = await clusterWith(site, 'recorded', services);
    const bare = await clusterWith(site, 'bare', services);
    await forget(bare.sql);
    const sides = { recorded: creations(recorded.client), bare: creations(bare.client) };
    const took = await inTurns(
      quick ? 300 : PAIRS,
      { recorded: () => timed(sides.recorded), bare: () => timed(sides.bare) },
      quick ? 50 : WARM,
    );
    const floor = { name: 'the same, nothing recorded', samples: took.bare };
    const what = { size: services, unit: 'ms' } as const;
    return [
      figure({ ...what, name: 'POST /services, p50' }, took.recorded, { floor }),
      figure({ ...what, name: 'POST /services, p99' }, took.recorded, { floor, share: 0.99 }),
    ];
  });
}
