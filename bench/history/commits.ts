import { type Figure, figure } from '../harness/figure.ts';
import { inTurns, timed } from '../harness/in-turns.ts';
import { type Cluster, cluster, endpoint, pod, request, service } from './cluster.ts';

const TURNS = 600;
/** Turns that only warm up. */
const WARM = 50;

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

/** Milliseconds of the same on both sides, in turns. */
const both = ({ on, off }: Sides, turn: (cluster: Cluster, n: number) => Promise<unknown>) =>
  inTurns(TURNS, { on: (n) => timed(() => turn(on, n)), off: (n) => timed(() => turn(off, n)) }, WARM);

function figuresOf(name: string, size: number, { on, off }: Readonly<Record<'on' | 'off', readonly number[]>>): Figure[] {
  const floor = { name: 'nothing recorded', samples: off };
  const more = on.map((ms, turn) => ms - (off[turn] ?? ms));
  return [
    figure({ name: `${name}, p50`, size, unit: 'ms' }, on, { floor }),
    figure({ name: `${name}, p99`, size, unit: 'ms' }, on, { floor, share: 0.99 }),
    // On a busy machine the others decide about the slowest; of a pair both have the same luck.
    figure({ name: `${name}, more than without, p50 of pairs`, size, unit: 'ms' }, more),
  ];
}

/** Bytes that are written for one change of one endpoint, next to what a row of its service with all endpoints would be. */
async function bytes({ sql }: Cluster, endpoints: number): Promise<Figure> {
  const { rows } = await sql.query(`
    SELECT (SELECT pg_column_size(jsonb_build_object('body', body, 'endpoints', endpoints)) FROM desired_service WHERE json_array_length(endpoints) >= ${endpoints}) AS whole,
      (SELECT sum(pg_column_size(v.*)) FROM desired_version v WHERE revision = (SELECT max(revision) FROM desired_version)) AS written`);
  const peer = { name: 'the service with all its endpoints', samples: [Number(rows[0].whole)] };
  return figure({ name: 'written for a change of one endpoint', size: endpoints, unit: 'bytes' }, [Number(rows[0].written)], { peer });
}

/** What changes cost with recording and without, one of them of a service with so many endpoints. */
export async function commits(server: string, endpoints: number): Promise<Figure[]> {
  const sides: Sides = { on: await cluster(server, 'bench_on'), off: await cluster(server, 'bench_off') };
  await forgetful(sides.off);
  for (const { store } of Object.values(sides)) {
    for (const app of ['a', 'b', 'c']) await store.services.create(request(), service(`svc-${app}`, { app }));
    await store.services.create(request(), service('many', null));
    for (let n = 0; n < endpoints; n += 1) await store.endpoints.create(request(), endpoint('many', `10.1.${n >> 8}.${n & 255}`));
  }
  const made = await both(sides, ({ store }, n) => store.pods.create(request(), pod(`pod-${n}`, 'a')));
  const services = await both(sides, ({ store }, n) => store.services.create(request(), service(`new-${n}`, null)));
  const [first] = (await sides.on.store.endpoints.list({ limit: 1, cursor: null, service: 'many' })).items;
  const [other] = (await sides.off.store.endpoints.list({ limit: 1, cursor: null, service: 'many' })).items;
  const changed = await both(sides, ({ store }, n) =>
    store.endpoints.update(request(), (store === sides.on.store ? first : other)?.id ?? '', 'any', { weight: (n % 7) + 1 }),
  );
  const figures = [
    ...figuresOf('POST /pods, in the store', 3, made),
    ...figuresOf('POST /services, in the store', 3, services),
    ...figuresOf('a change of one endpoint of a service', endpoints, changed),
    await bytes(sides.on, endpoints),
  ];
  await Promise.all(Object.values(sides).map((side) => side.close()));
  return figures;
}
