import type { NftChain, NftCommand, NftMap, NftSet, NftTable } from '@weft/kernel';
import { FakeRefusal } from './fake-state.ts';

type Tables = Readonly<Record<string, NftTable>>;
type Lists = 'sets' | 'maps' | 'chains';

const NOT_FOUND = 'Error: No such file or directory';

const byName = <T extends { readonly name: string }>(items: readonly T[]) => [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

function need<T extends { readonly name: string }>(items: readonly T[], name: string): T {
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new FakeRefusal(`${NOT_FOUND}; ${name}`);
  return found;
}

/** The table with one of its objects changed. */
function change<K extends Lists>(table: NftTable, list: K, name: string, to: (item: NftTable[K][number]) => NftTable[K][number]): NftTable {
  const items = table[list] as readonly NftTable[K][number][];
  const changed = to(need(items, name));
  return { ...table, [list]: items.map((item) => (item.name === name ? changed : item)) };
}

/** The table with an object that was not there; adding one that is changes nothing, as in nft. */
function add<K extends Lists>(table: NftTable, list: K, item: NftTable[K][number]): NftTable {
  const items = table[list] as readonly NftTable[K][number][];
  return items.some(({ name }) => name === item.name) ? table : { ...table, [list]: byName([...items, item]) };
}

function drop(table: NftTable, list: Lists, name: string): NftTable {
  need<{ readonly name: string }>(table[list], name);
  return { ...table, [list]: table[list].filter((item) => item.name !== name) };
}

const sorted = (elements: readonly string[]) => [...new Set(elements)].sort();

function addElements(set: NftSet, elements: readonly string[]): NftSet {
  return { ...set, elements: sorted([...set.elements, ...elements]) };
}

function deleteElements(set: NftSet, elements: readonly string[]): NftSet {
  const gone = new Set(elements);
  if (elements.some((element) => !set.elements.includes(element))) throw new FakeRefusal(`${NOT_FOUND}; element of ${set.name}`);
  return { ...set, elements: set.elements.filter((element) => !gone.has(element)) };
}

function addMapElements(map: NftMap, elements: readonly (readonly [key: string, data: string])[]): NftMap {
  for (const [key, data] of elements) {
    if (map.elements[key] !== undefined && map.elements[key] !== data)
      throw new FakeRefusal(`Error: Could not process rule: File exists; ${key}`);
  }
  return { ...map, elements: { ...map.elements, ...Object.fromEntries(elements) } };
}

function deleteMapElements(map: NftMap, keys: readonly string[]): NftMap {
  const gone = new Set(keys);
  if (keys.some((key) => map.elements[key] === undefined)) throw new FakeRefusal(`${NOT_FOUND}; element of ${map.name}`);
  return { ...map, elements: Object.fromEntries(Object.entries(map.elements).filter(([key]) => !gone.has(key))) };
}

const flushed = (chain: NftChain): NftChain => ({ ...chain, rules: [] });

function runInTable(table: NftTable, command: NftCommand): NftTable {
  switch (command.do) {
    case 'add-set':
      return add(table, 'sets', { ...command.set, elements: [] });
    case 'add-map':
      return add(table, 'maps', { ...command.map, elements: {} });
    case 'add-chain':
      return add(table, 'chains', { ...command.chain, rules: [] });
    case 'delete-set':
      return drop(table, 'sets', command.name);
    case 'delete-map':
      return drop(table, 'maps', command.name);
    case 'delete-chain':
      return drop(table, 'chains', command.name);
    case 'flush-chain':
      return change(table, 'chains', command.name, flushed);
    case 'add-rule':
      return change(table, 'chains', command.chain, (chain) => ({ ...chain, rules: [...chain.rules, command.rule] }));
    case 'add-elements':
      return change(table, 'sets', command.set, (set) => addElements(set, command.elements));
    case 'delete-elements':
      return change(table, 'sets', command.set, (set) => deleteElements(set, command.elements));
    case 'add-map-elements':
      return change(table, 'maps', command.map, (map) => addMapElements(map, command.elements));
    case 'delete-map-elements':
      return change(table, 'maps', command.map, (map) => deleteMapElements(map, command.keys));
    default:
      return table;
  }
}

/** What one transaction of nft makes of a host's tables: all of it or, when it throws FakeRefusal, nothing. */
export function runNft(tables: Tables, commands: readonly NftCommand[], family: 'ip' | 'ip6', name: string): Tables {
  const key = `${family} ${name}`;
  return commands.reduce<Tables>((now, command) => {
    const { [key]: table, ...others } = now;
    if (command.do === 'add-table')
      return table === undefined ? { ...others, [key]: { family, name, sets: [], maps: [], chains: [] } } : now;
    if (table === undefined) throw new FakeRefusal(`${NOT_FOUND}; table ${key}`);
    return command.do === 'delete-table' ? others : { ...others, [key]: runInTable(table, command) };
  }, tables);
}
