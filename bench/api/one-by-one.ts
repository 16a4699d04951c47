import { NodeCreate } from '@weft/model';
import { openStore } from '@weft/store';
import { type Figure, figure } from '../harness/figure.ts';
import { timed } from '../harness/in-turns.ts';
import type { Client } from './client.ts';
import { clusterWith, onSite } from './cluster.ts';
import { creations } from './creations.ts';
import { serviceNamed } from './fill.ts';

const TIMES = 400;
const WARM = 40;
const LISTS = 5;

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

/** All services, page after page. */
async function listAll(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Listed = await client.ok('GET', `/services?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

const NODES = ['node-1', 'node-2', 'node-3'];
const PLANS = 5;

/** Nodes to plan for; no executor ever speaks for them. */
async function addNodes(databaseUrl: string): Promise<void> {
  const store = openStore({ databaseUrl });
  const actor = { kind: 'user', name: 'bench', tokenId: null } as const;
  for (const name of NODES)
    await store.nodes.create(
      { requestId: `bench-${name}`, actor, sourceAddress: null, operation: 'nodeCreate', idempotency: null, rehearsal: null },
      NodeCreate.parse({ name }),
    );
  await store.close();
}

/** Requests that a single client sends, one after another. */
function requests(client: Client, ids: readonly string[]): Record<string, (n: number) => Promise<unknown>> {
  const idOf = (n: number) => ids[(n * 7_919) % ids.length];
  const create = creations(client);
  return {
    'GET /services/{id}': (n) => client.ok('GET', `/services/${idOf(n)}`),
    'POST /services': create,
    'PATCH /services/{id}': (n) => client.ok('PATCH', `/services/${idOf(n)}`, { labels: { turn: String(n) } }, { 'if-match': '*' }),
    'POST /endpoints': (n) => client.ok('POST', '/endpoints', { service: 'filled-0', ip: `10.99.${n >> 8}.${n & 255}`, port: 8080 }),
  };
}

/** What one request takes when nobody else asks: a change of size shows what grows with it. */
export function oneByOne(services: number, quick: boolean): Promise<Figure[]> {
  return onSite(async (site) => {
    const { client, databaseUrl } = await clusterWith(site, 'one', services);
    const ids = await listAll(client);
    const of = requests(client, ids);
    const took = Object.fromEntries(Object.keys(of).map((name) => [name, [] as number[]]));
    for (let n = 0; n < (quick ? 100 : TIMES) + WARM; n += 1)
      for (const [name, send] of Object.entries(of)) {
        const ms = await timed(() => send(n));
        if (n >= WARM) took[name]?.push(ms);
      }
    await addNodes(databaseUrl);
    const plans: number[] = [];
    for (let n = 0; n <= PLANS; n += 1)
      plans.push(await timed(() => client.ok('POST', '/services?dryRun=plan', serviceNamed(`planned-${n}`))));
    const lists: number[] = [];
    for (let n = 0; n <= LISTS; n += 1) lists.push(await timed(() => listAll(client)));
    return [
      ...Object.entries(took).map(([name, ms]) => figure({ name: `${name}, p50`, size: services, unit: 'ms' }, ms)),
      figure({ name: `POST /services?dryRun=plan, ${NODES.length} nodes`, size: services, unit: 'ms' }, plans.slice(1)),
      figure({ name: 'GET /services, all, pages of 1,000', size: services, unit: 'ms' }, lists.slice(1)),
    ];
  });
}
