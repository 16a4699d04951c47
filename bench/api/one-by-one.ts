import { type Figure, figure } from '../harness/figure.ts';
import { timed } from '../harness/in-turns.ts';
import type { Client } from './client.ts';
import { clusterWith, onSite } from './cluster.ts';
import { creations } from './creations.ts';

const TIMES = 400;
const WARM = 40;

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
    const { client } = await clusterWith(site, 'one', services);
    const ids = await listAll(client);
    const of = requests(client, ids);
    const took = Object.fromEntries(Object.keys(of).map((name) => [name, [] as number[]]));
    for (let n = 0; n < (quick ? 100 : TIMES) + WARM; n += 1)
      for (const [name, send] of Object.entries(of)) {
        const ms = await timed(() => send(n));
        if (n >= WARM) took[name]?.push(ms);
      }
    const lists: number[] = [];
    for (let n = 0; n < 6; n += 1) lists.push(await timed(() => listAll(client)));
    return [
      ...Object.entries(took).map(([name, ms]) => figure({ name: `${name}, p50`, size: services, unit: 'ms' }, ms)),
      figure({ name: 'GET /services, all, pages of 1,000', size: services, unit: 'ms' }, lists.slice(1)),
    ];
  });
}
