import type { NftChain, NftCommand, NftMap, NftSet, NftTable } from '@weft/kernel';

interface Contents {
  readonly sets: Map<string, NftSet>;
  readonly maps: Map<string, NftMap>;
  readonly chains: Map<string, NftChain>;
}

type CommandOf<Do, Command = NftCommand> = Command extends { readonly do: infer D } ? (Do extends D ? Command : never) : never;

function must<T>(item: T | undefined, what: string): T {
  if (item === undefined) throw new Error(`ENOENT: ${what}`);
  return item;
}

function mustNot(wrong: boolean, what: string): void {
  if (wrong) throw new Error(what);
}

const sorted = (texts: Iterable<string>) => [...texts].sort();
const bare = (key: string) => key.replace(/ comment ".*"$/, '');
const leadsTo = (text: string) => [...text.matchAll(/(?:jump|goto) (\S+)/g)].map(([, chain = '']) => chain);
const asks = (text: string) => [...text.matchAll(/@(\S+)/g)].map(([, set = '']) => set);

const rulesOf = ({ chains }: Contents) => [...chains.values()].flatMap(({ rules }) => rules.map(({ text }) => text));

function chainsInUse(contents: Contents): Set<string> {
  const verdicts = [...contents.maps.values()].flatMap(({ elements }) => Object.values(elements));
  return new Set([...rulesOf(contents), ...verdicts].flatMap(leadsTo));
}

const declared = ({ sets, maps }: Contents, name: string) => sets.has(name) || maps.has(name);

/** What each command does to the contents of a table, and when the kernel would refuse it. */
const EFFECTS: { readonly [Do in Exclude<NftCommand['do'], 'add-table' | 'delete-table'>]: (c: Contents, command: CommandOf<Do>) => void } =
  {
    'add-set': (c, { set }) => {
      mustNot(declared(c, set.name), `EEXIST: ${set.name}`);
      c.sets.set(set.name, { ...set, elements: [] });
    },
    'add-map': (c, { map }) => {
      mustNot(declared(c, map.name), `EEXIST: ${map.name}`);
      c.maps.set(map.name, { ...map, elements: {} });
    },
    'delete-set': (c, { name }) => {
      mustNot(rulesOf(c).flatMap(asks).includes(name), `EBUSY: set ${name}`);
      mustNot(!c.sets.delete(name), `ENOENT: set ${name}`);
    },
    'delete-map': (c, { name }) => {
      mustNot(rulesOf(c).flatMap(asks).includes(name), `EBUSY: map ${name}`);
      mustNot(!c.maps.delete(name), `ENOENT: map ${name}`);
    },
    'add-chain': (c, { chain }) => {
      mustNot(c.chains.has(chain.name), `EEXIST: ${chain.name}`);
      c.chains.set(chain.name, { ...chain, rules: [] });
    },
    'flush-chain': (c, { name }) => void c.chains.set(name, { ...must(c.chains.get(name), `chain ${name}`), rules: [] }),
    'delete-chain': (c, { name }) => {
      mustNot(must(c.chains.get(name), `chain ${name}`).rules.length > 0 || chainsInUse(c).has(name), `EBUSY: chain ${name}`);
      c.chains.delete(name);
    },
    'add-rule': (c, { chain, rule }) => {
      for (const name of leadsTo(rule.text)) must(c.chains.get(name), `chain ${name}`);
      for (const name of asks(rule.text)) mustNot(!declared(c, name), `ENOENT: set ${name}`);
      const found = must(c.chains.get(chain), `chain ${chain}`);
      c.chains.set(chain, { ...found, rules: [...found.rules, rule] });
    },
    'add-elements': (c, { set, elements }) => {
      const found = must(c.sets.get(set), `set ${set}`);
      const keys = new Set(found.elements.map(bare));
      for (const element of elements) mustNot(keys.has(bare(element)), `EEXIST: ${element} in ${set}`);
      c.sets.set(set, { ...found, elements: sorted([...found.elements, ...elements]) });
    },
    'delete-elements': (c, { set, elements }) => {
      const found = must(c.sets.get(set), `set ${set}`);
      for (const element of elements) mustNot(!found.elements.includes(element), `ENOENT: ${element} in ${set}`);
      c.sets.set(set, { ...found, elements: found.elements.filter((element) => !elements.includes(element)) });
    },
    'add-map-elements': (c, { map, elements }) => {
      const found = must(c.maps.get(map), `map ${map}`);
      const keys = new Set(Object.keys(found.elements).map(bare));
      for (const [key, data] of elements) {
        mustNot(keys.has(bare(key)), `EEXIST: ${key} in ${map}`);
        for (const name of leadsTo(data)) must(c.chains.get(name), `chain ${name}`);
      }
      c.maps.set(map, { ...found, elements: { ...found.elements, ...Object.fromEntries(elements) } });
    },
    'delete-map-elements': (c, { map, keys }) => {
      const found = must(c.maps.get(map), `map ${map}`);
      for (const key of keys) mustNot(found.elements[key] === undefined, `ENOENT: ${key} in ${map}`);
      c.maps.set(map, { ...found, elements: Object.fromEntries(Object.entries(found.elements).filter(([key]) => !keys.includes(key))) });
    },
  };

const byName = <T extends { readonly name: string }>(items: Map<string, T>) =>
  [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * What one transaction makes of a table, as strict as the kernel and stricter: at no command may anything refer to what is not there. Throws Error
 * with the errno that the kernel would give.
 */
export function applyNft(table: NftTable | null, commands: readonly NftCommand[]): NftTable | null {
  let contents: Contents | null = table && {
    sets: new Map(table.sets.map((set) => [set.name, set])),
    maps: new Map(table.maps.map((map) => [map.name, map])),
    chains: new Map(table.chains.map((chain) => [chain.name, chain])),
  };
  for (const command of commands) {
    if (command.do === 'add-table') contents ??= { sets: new Map(), maps: new Map(), chains: new Map() };
    else if (command.do === 'delete-table') contents = null;
    else (EFFECTS[command.do] as (c: Contents, command: NftCommand) => void)(must(contents ?? undefined, 'table'), command);
  }
  return (
    contents && { family: 'ip', name: 'weft', sets: byName(contents.sets), maps: byName(contents.maps), chains: byName(contents.chains) }
  );
}
