import { NodeCreate } from '@weft/model';
import { type Figure, figure } from '../harness/figure.ts';
import { inTurns, timed } from '../harness/in-turns.ts';
import { cluster, request } from '../history/cluster.ts';
import { withPostgres } from '../history/own-postgres.ts';
import { populate } from '../history/reads.ts';

const SERVICES = 10_000;
const ROUNDS = 7;

/** Milliseconds until so many nodes that pull at once, because one service has changed, have all been answered by the store; next to one of them alone. */
export const pullsAtOnce = (nodes: number): Promise<Figure[]> =>
  withPostgres(async (server) => {
    const held = await cluster(server, 'bench_pulls');
    const { store, sql } = held;
    const ids = [held.nodeId];
    for (let n = 2; n <= Math.min(nodes, 200); n += 1)
      ids.push((await store.nodes.create(request(), NodeCreate.parse({ name: `node-${n}` }))).object.id);
    await populate(held, SERVICES);
    const { epoch } = await store.cluster.get();
    await sql.query(`UPDATE service SET dataplane_revision = 100000 WHERE id = 'svc_7'`);
    const since = { epoch, revision: 99_999 };
    const one = (n: number) => store.agent.pull(ids[n % ids.length] ?? '', since);
    const took = await inTurns(ROUNDS, {
      all: () => timed(() => Promise.all(Array.from({ length: nodes }, (_, n) => one(n)))),
      alone: () => timed(() => one(0)),
    });
    await held.close();
    const name = `a change of one among ${SERVICES} services is pulled by all nodes, in the store`;
    return [figure({ name, size: nodes, unit: 'ms' }, took.all, { floor: { name: 'one node alone', samples: took.alone } })];
  });
