import type { NftMap, NftSet, NftTable } from '@weft/kernel';
import { contains } from '@weft/model';
import type { Flight } from './packet.ts';

const FIELDS: Readonly<Record<string, (flight: Flight) => string>> = {
  'ip saddr': (flight) => flight.source,
  'ip daddr': (flight) => flight.destination,
  'meta l4proto': (flight) => flight.protocol,
  'th dport': (flight) => `${flight.port}`,
};

const LOT = /^numgen random mod (\d+)$/;

/** A key that a concatenation can evaluate to, with the part of packets for which it does. */
interface Key {
  readonly text: string;
  readonly share: number;
}

/** Every value of a concatenation such as `ip daddr . th dport . numgen random mod 2` for a packet. Throws Error for a field we do not emit. */
export function keysOf(expression: string, flight: Flight): Key[] {
  return expression.split(' . ').reduce<Key[]>(
    (keys, field) => {
      const lots = Number(LOT.exec(field)?.[1] ?? 0);
      const value = FIELDS[field];
      if (lots === 0 && value === undefined) throw new Error(`no such field in our rules: ${field}`);
      const values = value === undefined ? Array.from({ length: lots }, (_, lot) => `${lot}`) : [value(flight)];
      return keys.flatMap((key) =>
        values.map((text) => ({ text: key.text === '' ? text : `${key.text} . ${text}`, share: key.share / values.length })),
      );
    },
    [{ text: '', share: 1 }],
  );
}

const bare = (key: string) => key.replace(/ comment ".*"$/, '');

/** The sets and maps of a table, ready to be asked. Throws Error for a name that is not declared. */
export class NftLookup {
  readonly #sets: ReadonlyMap<string, NftSet & { readonly keys: ReadonlySet<string> }>;
  readonly #maps: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(table: NftTable) {
    this.#sets = new Map(table.sets.map((set) => [set.name, { ...set, keys: new Set(set.elements.map(bare)) }]));
    const data = (map: NftMap) => new Map(Object.entries(map.elements).map(([key, value]) => [bare(key), value]));
    this.#maps = new Map(table.maps.map((map) => [map.name, data(map)]));
  }

  inSet(name: string, key: string): boolean {
    const set = this.#sets.get(name);
    if (set === undefined) throw new Error(`no set ${name}`);
    if (!set.flags.includes('interval')) return set.keys.has(key);
    return [...set.keys].some((range) => contains(range.includes('/') ? range : `${range}/32`, key));
  }

  inMap(name: string, key: string): string | undefined {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`no map ${name}`);
    return map.get(key);
  }
}
