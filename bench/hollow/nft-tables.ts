import type { NftChain, NftCommand, NftMap, NftSet, NftTable } from '@weft/kernel';

/** What the kernel would refuse. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

interface Table {
  readonly sets: Map<string, { readonly of: Omit<NftSet, 'elements'>; readonly elements: Set<string> }>;
  readonly maps: Map<string, { readonly of: Omit<NftMap, 'elements'>; readonly elements: Map<string, string> }>;
  readonly chains: Map<string, NftChain>;
}

const byName = <T extends { readonly name: string }>(items: readonly T[]) => items.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function need<T>(items: ReadonlyMap<string, T>, name: string): T {
  const found = items.get(name);
  if (found === undefined) throw new Refused(`Error: No such file or directory; ${name}`);
  return found;
}

function remove<T>(items: Map<string, T> | Set<string>, name: string): void {
  if (!items.delete(name)) throw new Refused(`Error: No such file or directory; ${name}`);
}

/**
 * A table of nftables that is changed in place, at the cost of what is changed: the fake host's is a value, of which each change makes another one, and a thousand hosts with tens of
 * thousands of elements each would do nothing else.
 */
export class NftTables {
  readonly #tables = new Map<string, Table>();

  /** Carries out a transaction. What was done before a refusal is not undone: a host that refused something is read anew. Throws Refused. */
  run(family: string, name: string, commands: readonly NftCommand[]): void {
    const key = `${family} ${name}`;
    for (const command of commands) {
      if (command.do === 'add-table')
        this.#tables.set(key, this.#tables.get(key) ?? { sets: new Map(), maps: new Map(), chains: new Map() });
      else if (command.do === 'delete-table') remove(this.#tables, key);
      else (CHANGES[command.do] as (table: Table, command: NftCommand) => void)(need(this.#tables, key), command);
    }
  }

  /** A table as a configuration has it; null: there is none. */
  table(family: 'ip' | 'ip6', name: string): NftTable | null {
    const table = this.#tables.get(`${family} ${name}`);
    if (table === undefined) return null;
    return {
      family,
      name,
      sets: byName([...table.sets.values()].map(({ of, elements }) => ({ ...of, elements: [...elements].sort() }))),
      maps: byName([...table.maps.values()].map(({ of, elements }) => ({ ...of, elements: Object.fromEntries(elements) }))),
      chains: byName([...table.chains.values()]),
    };
  }
}

/** Commands of one kind. */
type Of<Do extends NftCommand['do'], Command = NftCommand> = Command extends { readonly do: infer Can }
  ? Do extends Can
    ? Command
    : never
  : never;

function addElements({ sets }: Table, { set, elements }: Of<'add-elements'>): void {
  for (const element of elements) need(sets, set).elements.add(element);
}

function deleteElements({ sets }: Table, { set, elements }: Of<'delete-elements'>): void {
  for (const element of elements) remove(need(sets, set).elements, element);
}

function deleteMapElements({ maps }: Table, { map, keys }: Of<'delete-map-elements'>): void {
  for (const key of keys) remove(need(maps, map).elements, key);
}

function addMapElements({ maps }: Table, { map, elements }: Of<'add-map-elements'>): void {
  const held = need(maps, map).elements;
  for (const [key, data] of elements) {
    if ((held.get(key) ?? data) !== data) throw new Refused(`Error: Could not process rule: File exists; ${key}`);
    held.set(key, data);
  }
}

function addRule({ chains }: Table, { chain: name, rule }: Of<'add-rule'>): void {
  const chain = need(chains, name);
  chains.set(name, { ...chain, rules: [...chain.rules, rule] });
}

const putIfNew = <T>(items: Map<string, T>, name: string, item: T): void => void items.set(name, items.get(name) ?? item);

/** What each command does to a table that is there. */
const CHANGES: { readonly [Do in Exclude<NftCommand['do'], 'add-table' | 'delete-table'>]: (table: Table, command: Of<Do>) => void } = {
  'add-set': ({ sets }, { set }) => putIfNew(sets, set.name, { of: set, elements: new Set() }),
  'add-map': ({ maps }, { map }) => putIfNew(maps, map.name, { of: map, elements: new Map() }),
  'add-chain': ({ chains }, { chain }) => putIfNew(chains, chain.name, { ...chain, rules: [] }),
  'delete-set': ({ sets }, { name }) => remove(sets, name),
  'delete-map': ({ maps }, { name }) => remove(maps, name),
  'delete-chain': ({ chains }, { name }) => remove(chains, name),
  'flush-chain': ({ chains }, { name }) => void chains.set(name, { ...need(chains, name), rules: [] }),
  'add-rule': addRule,
  'add-elements': addElements,
  'delete-elements': deleteElements,
  'add-map-elements': addMapElements,
  'delete-map-elements': deleteMapElements,
};
