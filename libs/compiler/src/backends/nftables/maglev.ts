import { slots } from '../../services/slots.ts';
import { textHash } from './text-hash.ts';

/** How many places a table can have: primes, so that every step visits all of them. At eight places for each endpoint they differ by an eighth at most. */
const SIZES = [509, 8_191, 65_521] as const;

const PLACES_EACH = 8;

/** Places in the table of so many endpoints. Where their number outgrows one size, the clients move once. */
export function maglevSize(endpoints: number): number {
  return SIZES.find((size) => size >= endpoints * PLACES_EACH) ?? SIZES[2];
}

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
  const size = maglevSize(endpoints.length);
  const orders = new Map(
    endpoints.map((endpoint) => {
      const name = `${endpoint.ip}:${endpoint.port}`;
      return [endpoint, { next: textHash(name) % size, step: (textHash(`step ${name}`) % (size - 1)) + 1 }];
    }),
  );
  const table: T[] = new Array(size);
  for (let filled = 0; filled < size; filled++) {
    const endpoint = turns[filled % turns.length] as T;
    const order = orders.get(endpoint) as { next: number; step: number };
    while (table[order.next] !== undefined) order.next = (order.next + order.step) % size;
    table[order.next] = endpoint;
  }
  return table;
}
