import { quantile, type Row } from '../row.ts';
import { type Cluster, cluster, endpoint, pod, request, service, timed } from './cluster.ts';

const TURNS = 600;
/** Turns that only warm up. */
const WARM = 50;
const ENDPOINTS = 1_000;

/** Has a database record nothing of what nodes have to know, by leaving nothing to be seen in the views that is recorded from. */
async function forgetful({ sql }: Cluster): Promise<void> {
  for (const view of ['desired_node', 'desired_pod', 'desired_endpoint', 'desired_service']) {
    const { rows } = await sql.query(`SELECT rtrim(pg_get_viewdef('${view}'), ';') AS definition`);
    await sql.query(`CREATE OR REPLACE VIEW ${view} AS SELECT * FROM (${rows[0].definition}) seen WHERE false`);
  }
}

interface Sides {
  readonly on: Cluster;
  readonly off: Cluster;
}

/** The same on both sides, in turns. */
async function inTurns(
  { on, off }: Sides,
  turn: (cluster: Cluster, n: number) => Promise<unknown>,
): Promise<{ on: number[]; off: number[] }> {
  const took = { on: [] as number[], off: [] as number[] };
  for (let n = 0; n < TURNS + WARM; n += 1)
    for (const side of n % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
      const ms = await timed(() => turn(side === 'on' ? on : off, n));
      if (n >= WARM) took[side].push(ms);
    }
  return took;
}

function rowsOf(name: string, size: number, { on, off }: { readonly on: readonly number[]; readonly off: readonly number[] }): Row[] {
  const row = (what: string, value: number, floor: number | null): Row => ({
    area: 'history',
    name: `${name}, ${what}`,
    size,
    unit: 'ms',
    value,
    floor,
    floorName: floor === null ? null : 'nothing recorded',
    peer: null,
    peerName: null,
    runs: on.length,
  });
  const more = on.map((ms, turn) => ms - (off[turn] ?? ms));
  return [
    row('p50', quantile(on, 0.5), quantile(off, 0.5)),
    row('p99', quantile(on, 0.99), quantile(off, 0.99)),
    // On a busy machine the others decide about the slowest; of a pair both have the same luck.
    row('more than without, p50 of pairs', quantile(more, 0.5), null),
  ];
}

/** Bytes that a row of a service with all its endpoints would be, and those that are written instead, for one change of one endpoint. */
async function bytes({ sql }: Cluster): Promise<Row[]> {
  const { rows } = await sql.query(`
    SELECT (SELECT pg_column_size(jsonb_build_object('body', body, 'endpoints', endpoints)) FROM desired_service WHERE json_array_length(endpoints) >= ${ENDPOINTS}) AS whole,
      (SELECT sum(pg_column_size(v.*)) FROM desired_version v WHERE revision = (SELECT max(revision) FROM desired_version)) AS written`);
  const row = (name: string, value: number): Row => ({
    area: 'history',
    name,
    size: ENDPOINTS,
    unit: 'bytes',
    value,
    floor: null,
    floorName: null,
    peer: null,
    peerName: null,
    runs: 1,
  });
  return [
    row('written for a change of one endpoint', Number(rows[0].written)),
    row('the service with all its endpoints', Number(rows[0].whole)),
  ];
}

/** What changes cost with recording and without. */
export async function commits(server: string): Promise<Row[]> {
  const sides: Sides = { on: await cluster(server, 'bench_on'), off: await cluster(server, 'bench_off') };
  await forgetful(sides.off);
  for (const { store } of Object.values(sides)) {
    for (const app of ['a', 'b', 'c']) await store.services.create(request(), service(`svc-${app}`, { app }));
    await store.services.create(request(), service('many', null));
    for (let n = 0; n < ENDPOINTS; n += 1) await store.endpoints.create(request(), endpoint('many', `10.1.${n >> 8}.${n & 255}`));
  }
  const made = await inTurns(sides, ({ store }, n) => store.pods.create(request(), pod(`pod-${n}`, 'a')));
  const services = await inTurns(sides, ({ store }, n) => store.services.create(request(), service(`new-${n}`, null)));
  const [first] = (await sides.on.store.endpoints.list({ limit: 1, cursor: null, service: 'many' })).items;
  const [other] = (await sides.off.store.endpoints.list({ limit: 1, cursor: null, service: 'many' })).items;
  const changed = await inTurns(sides, ({ store }, n) =>
    store.endpoints.update(request(), (store === sides.on.store ? first : other)?.id ?? '', 'any', { weight: (n % 7) + 1 }),
  );
  const rows = [
    ...rowsOf('POST /pods, in the store', 3, made),
    ...rowsOf('POST /services, in the store', 3, services),
    ...rowsOf('a change of one endpoint of a service', ENDPOINTS, changed),
    ...(await bytes(sides.on)),
  ];
  await Promise.all(Object.values(sides).map((side) => side.close()));
  return rows;
}
