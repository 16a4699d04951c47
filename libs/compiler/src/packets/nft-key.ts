import type { NftMap, NftSet, NftTable } from '@weft/kernel';
import { contains } from '@weft/model';
import type { Flight } from './packet.ts';

const FIELDS: Readonly<Record<string, (flight: Flight) => string>> = {
  'ip saddr': (flight) => flight.source,
  'ip daddr': (flight) => flight.destination,
  'meta l4proto': (flight) => flight.protocol,
  'th dport': (flight) => `${flight.port}`,
  'ct original ip daddr': (flight) => flight.original.destination,
  'ct reply ip saddr': (flight) => flight.endpoint ?? flight.original.destination,
  'ct original proto-dst': (flight) => `${flight.original.port}`,
};

/** The value of a concatenation such as `ip daddr . th dport` for a packet. Throws Error for a field we do not emit. */
export function keyOf(expression: string, flight: Flight): string {
  return expression
    .split(' . ')
    .map((field) => {
      const value = FIELDS[field];
      if (value === undefined) throw new Error(`no such field in our rules: ${field}`);
      return value(flight);
    })
    .join(' . ');
}

const bare = (key: string) => key.replace(/ comment ".*"$/, '');

/** True when every value of a concatenation is what an element of an interval set has in its place, or an address in its range. */
function inRanges(ranges: readonly string[], values: readonly string[]): boolean {
  return values.every((value, place) => {
    const range = ranges[place] ?? '';
    return range === value || (range.includes('/') && contains(range, value));
  });
}

/** An element of a map: its key, with its comment if it has one, and what it leads to. */
interface MapElement {
  readonly text: string;
  readonly data: string;
}

/** The sets and maps of a table, ready to be asked. Throws Error for a name that is not declared. */
export class NftLookup {
  readonly #sets: ReadonlyMap<string, NftSet & { readonly byKey: ReadonlyMap<string, string> }>;
  readonly #maps: ReadonlyMap<string, ReadonlyMap<string, MapElement>>;
  readonly #dynamic: ReadonlySet<string>;

  constructor(table: NftTable) {
    this.#sets = new Map(table.sets.map((set) => [set.name, { ...set, byKey: new Map(set.elements.map((text) => [bare(text), text])) }]));
    const data = (map: NftMap) => new Map(Object.entries(map.elements).map(([text, data]) => [bare(text), { text, data }]));
    this.#maps = new Map(table.maps.map((map) => [map.name, data(map)]));
    this.#dynamic = new Set(table.maps.filter(({ flags }) => flags.includes('dynamic')).map(({ name }) => name));
  }

  /** The element of a set that a key is in, with its comment. */
  inSet(name: string, key: string): string | undefined {
    const set = this.#sets.get(name);
    if (set === undefined) throw new Error(`no set ${name}`);
    if (!set.flags.includes('interval')) return set.byKey.get(key);
    return set.byKey.get([...set.byKey.keys()].find((element) => inRanges(element.split(' . '), key.split(' . '))) ?? '');
  }

  /** True for a map that packets fill, which is empty in a configuration. */
  isMemory(name: string): boolean {
    return this.#dynamic.has(name);
  }

  /** The element of a map that has a key. */
  inMap(name: string, key: string): MapElement | undefined {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`no map ${name}`);
    return map.get(key);
  }
}
