import { slots } from '../../services/slots.ts';
import { textHash } from './text-hash.ts';

/** Places in the table: a prime, so that every step visits all of them. A hundredth of imbalance at 5 endpoints, an eighth at 60. */
export const MAGLEV_SIZE = 509;

interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
}

/**
 * A table of endpoints that changes little when they do (Eisenbud et al., Maglev, NSDI 2016, section 3.4): each endpoint has its own order of places, and they
 * take turns to take their next free one, as many at a time as their weight says.
 */
export function maglevTable<T extends Backend>(endpoints: readonly T[]): readonly T[] {
  const turns = slots(endpoints);
  const orders = new Map(
    endpoints.map((endpoint) => {
      const name = `${endpoint.ip}:${endpoint.port}`;
      return [endpoint, { next: textHash(name) % MAGLEV_SIZE, step: (textHash(`step ${name}`) % (MAGLEV_SIZE - 1)) + 1 }];
    }),
  );
  const table: T[] = new Array(MAGLEV_SIZE);
  for (let filled = 0; filled < MAGLEV_SIZE; filled++) {
    const endpoint = turns[filled % turns.length] as T;
    const order = orders.get(endpoint) as { next: number; step: number };
    while (table[order.next] !== undefined) order.next = (order.next + order.step) % MAGLEV_SIZE;
    table[order.next] = endpoint;
  }
  return table;
}
