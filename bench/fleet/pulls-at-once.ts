import { NodeCreate } from '@weft/model';
import { type Figure, figure } from '../harness/figure.ts';
import { inTurns, timed } from '../harness/in-turns.ts';
import { cluster, request } from '../history/cluster.ts';
import { withPostgres } from '../history/own-postgres.ts';
import { populate } from '../history/reads.ts';

const SERVICES = 10_000;
const ROUNDS = 7;

/** What changed is read anew after each commit: each round has one of its own. */
const CHANGE = `
  WITH counter AS (UPDATE revision_counter SET revision = revision + 1, fleet_revision = revision + 1 RETURNING revision)
  UPDATE service SET dataplane_revision = counter.revision FROM counter WHERE service.id = 'svc_7' RETURNING counter.revision`;

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
    let revision = 0;
    const change = async () => {
      const changed = await sql.query<{ revision: string }>(CHANGE);
      revision = Number(changed.rows[0]?.revision);
    };
    const one = async (n: number) => {
      const pull = await store.agent.pull(ids[n % ids.length] ?? '', { epoch, revision: revision - 1 });
      if (pull.revision !== revision || pull.services.length !== 1) throw new Error('a node was not told of the change');
    };
    const took = await inTurns(ROUNDS, {
      all: async () => {
        await change();
        return timed(() => Promise.all(Array.from({ length: nodes }, (_, n) => one(n))));
      },
      alone: async () => {
        await change();
        return timed(() => one(0));
      },
    });
    await held.close();
    const name = `a change of one among ${SERVICES} services is pulled by all nodes, in the store`;
    return [figure({ name, size: nodes, unit: 'ms' }, took.all, { floor: { name: 'one node alone', samples: took.alone } })];
  });
