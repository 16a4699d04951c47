import { type Figure, figure } from '../harness/figure.ts';
import type { Client } from './client.ts';
import { clusterWith, onSite } from './cluster.ts';
import { serviceNamed } from './fill.ts';
import { openFloor } from './floor.ts';
import { closedLoop, openLoop } from './load.ts';

const PER_SECOND = 200;
const SECONDS = 15;
const WARM = 500;
/** Who asks at once when as much as possible is asked. */
const CLIENTS = 16;
const BLOCKS = 10;
const BLOCK = 400;

/** Makes services that nobody else makes, one with each call. */
export function creations(client: Client): () => Promise<unknown> {
  let made = 0;
  return () => client.ok('POST', '/services', serviceNamed(`new-${made++}`));
}

/** `POST /services` 200 times a second, whether or not it is answered in time. */
export function steady(services: number, quick: boolean): Promise<Figure[]> {
  return onSite(async (site) => {
    const { client } = await clusterWith(site, 'steady', services);
    const create = creations(client);
    await closedLoop(4, WARM, create);
    const { ms } = await openLoop(PER_SECOND, PER_SECOND * (quick ? 5 : SECONDS), create);
    const what = { name: `POST /services, ${PER_SECOND}/s open-loop`, size: services, unit: 'ms' } as const;
    return [figure({ ...what, name: `${what.name}, p50` }, ms), figure({ ...what, name: `${what.name}, p99` }, ms, { share: 0.99 })];
  });
}

/** As many `POST /services` as 16 clients can get answered, in turns with the same rows written by as many bare connections. */
export function saturated(services: number, quick: boolean): Promise<Figure[]> {
  return onSite(async (site) => {
    const { client, databaseUrl } = await clusterWith(site, 'saturated', services);
    const create = creations(client);
    await closedLoop(CLIENTS, WARM, create);
    const floor = await openFloor(databaseUrl, CLIENTS, 'new-0');
    const rates = { ours: [] as number[], floor: [] as number[] };
    const sides = { ours: create, floor: floor.write };
    for (let block = 0; block <= (quick ? 4 : BLOCKS); block += 1)
      for (const side of block % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const)) {
        const { seconds } = await closedLoop(CLIENTS, BLOCK, sides[side]);
        if (block > 0) rates[side].push(BLOCK / seconds);
      }
    await floor.close();
    const beside = { name: 'the same rows, prepared statements, one transaction each', samples: rates.floor };
    return [figure({ name: `POST /services, ${CLIENTS} clients`, size: services, unit: 'per second' }, rates.ours, { floor: beside })];
  });
}
