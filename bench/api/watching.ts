import { type Figure, figure } from '../harness/figure.ts';
import { clusterWith, onSite } from './cluster.ts';
import { serviceNamed } from './fill.ts';

const SERVICES = 1_000;
const CHANGES = 100;
const WARM = 10;

/** From the answer to a change until each of `watchers` has seen it. */
export function watching(watchers: number, quick: boolean): Promise<Figure[]> {
  return onSite(async (site) => {
    const { client, sql } = await clusterWith(site, 'watched', SERVICES);
    const { rows } = await sql.query('SELECT epoch, revision FROM revision_counter');
    const since = `${rows[0].epoch}.${rows[0].revision}`;
    const took: number[] = [];
    let seen = 0;
    let asked = 0;
    let wanted = '';
    let all = Promise.withResolvers<void>();
    const onText = (text: string) => {
      // An event of a service fits into one packet; its name is in it once.
      if (!text.includes(wanted)) return;
      took.push(performance.now() - asked);
      seen += 1;
      if (seen === watchers) all.resolve();
    };
    const streams = await Promise.all(
      Array.from({ length: watchers }, () => client.stream(`/services?watch=true&since=${since}`, (text) => wanted !== '' && onText(text))),
    );
    for (let n = 0; n < (quick ? 30 : CHANGES) + WARM; n += 1) {
      if (n === WARM) took.length = 0;
      all = Promise.withResolvers<void>();
      seen = 0;
      wanted = `"seen-${n}"`;
      asked = performance.now();
      await client.ok('POST', '/services', serviceNamed(`seen-${n}`));
      await all.promise;
    }
    for (const stream of streams) stream.close();
    const what = { size: watchers, unit: 'ms' } as const;
    return [
      figure({ ...what, name: 'POST /services until a watcher has seen it, p50' }, took),
      figure({ ...what, name: 'POST /services until a watcher has seen it, p99' }, took, { share: 0.99 }),
    ];
  });
}
