import type { CountedPort, WhoseCounter } from './counted-ports.ts';
import type { ServiceCounter } from './service-counter.ts';

/** Numbers that belong together. */
export interface Counts {
  readonly connections: number;
  readonly packets: number | null;
  readonly bytes: number | null;
}

/** What a node has counted of one service port since it first did. */
export interface PortTally extends Counts {
  readonly of: CountedPort;
}

/** Everything that a node has counted, and what each counter of its kernel said last. */
export interface Tally {
  readonly ports: ReadonlyMap<string, PortTally>;
  readonly seen: ReadonlyMap<string, Counts>;
}

export const EMPTY_TALLY: Tally = { ports: new Map(), seen: new Map() };

/** What tells a service port from all others. */
export function tallyKey({ service, protocol, port }: Pick<CountedPort, 'service' | 'protocol' | 'port'>): string {
  return `${service} ${protocol} ${port}`;
}

/** How much a number of the kernel has grown since it was `before`; one that is smaller has begun again from 0. */
const growth = (now: number | null, before: number | null | undefined) =>
  now === null ? null : now - (before != null && before <= now ? before : 0);

const plus = (a: number | null | undefined, b: number | null) => (b === null ? (a ?? null) : (a ?? 0) + b);

/**
 * Takes a reading in: each counter's growth is added to its port's tally, so that tallies only grow, whatever becomes of the counters when rules are made anew. What
 * grew after a counter began again and before it was read is counted in full; only what grew between the last reading and the beginning is lost. Tallies of ports
 * that are nobody's any more go. `backend` names the rules that were read: the same name in another backend is another counter.
 */
export function advance(tally: Tally, backend: string, reading: readonly ServiceCounter[], whose: WhoseCounter): Tally {
  const ports = new Map<string, PortTally>();
  const seen = new Map<string, Counts>();
  for (const counter of reading) {
    const of = whose(counter);
    if (of === undefined) continue;
    const name = `${backend} ${counter.of}`;
    const before = tally.seen.get(name);
    const { connections, packets, bytes } = counter;
    seen.set(name, { connections, packets, bytes });
    const key = tallyKey(of);
    const so = ports.get(key) ?? tally.ports.get(key);
    ports.set(key, {
      of,
      connections: (so?.connections ?? 0) + (growth(connections, before?.connections) ?? 0),
      packets: plus(so?.packets, growth(packets, before?.packets)),
      bytes: plus(so?.bytes, growth(bytes, before?.bytes)),
    });
  }
  for (const [key, port] of tally.ports) if (!ports.has(key) && isWanted(whose, port.of)) ports.set(key, port);
  return { ports, seen };
}

function isWanted(whose: WhoseCounter, { namespace, name, portName, protocol, service }: CountedPort): boolean {
  return whose({ of: `${protocol.toLowerCase()} ${namespace}/${name}:${portName}` })?.service === service;
}
