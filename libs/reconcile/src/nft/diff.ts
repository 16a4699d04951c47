import { isNftText, type NftChain, type NftCommand, type NftMap, type NftSet, type NftTable, sameRules } from '@weft/kernel';

const byName = <T extends { readonly name: string }>(items: readonly T[]) => new Map(items.map((item) => [item.name, item]));

const missingFrom = <T extends { readonly name: string }>(others: ReadonlyMap<string, unknown>, items: readonly T[]) =>
  items.filter((item) => !others.has(item.name));

function addElements(set: string, elements: readonly string[]): NftCommand[] {
  return elements.length === 0 ? [] : [{ do: 'add-elements', set, elements }];
}

function addMapElements(map: string, elements: readonly (readonly [key: string, data: string])[]): NftCommand[] {
  return elements.length === 0 ? [] : [{ do: 'add-map-elements', map, elements }];
}

const addSet = ({ elements: _, ...set }: NftSet): NftCommand => ({ do: 'add-set', set });
const addMap = ({ elements: _, ...map }: NftMap): NftCommand => ({ do: 'add-map', map });
const addChain = ({ rules: _, ...chain }: NftChain): NftCommand => ({ do: 'add-chain', chain });
const addRules = (chain: NftChain): NftCommand[] => chain.rules.map((rule) => ({ do: 'add-rule', chain: chain.name, rule }));

/** The whole table from nothing, whatever is there: in one transaction, so there is no moment without rules. */
function load(table: NftTable): NftCommand[] {
  return [
    { do: 'add-table' },
    { do: 'delete-table' },
    { do: 'add-table' },
    ...table.sets.map(addSet),
    ...table.maps.map(addMap),
    ...table.chains.map(addChain),
    ...table.sets.flatMap((set) => addElements(set.name, set.elements)),
    ...table.maps.flatMap((map) => addMapElements(map.name, Object.entries(map.elements))),
    ...table.chains.flatMap(addRules),
  ];
}

function changeSet(after: NftSet, before: NftSet | undefined): NftCommand[] {
  if (before === undefined) return addElements(after.name, after.elements);
  if (before.elements === after.elements) return [];
  const had = new Set(before.elements);
  const has = new Set(after.elements);
  const gone = before.elements.filter((element) => !has.has(element));
  return [
    ...(gone.length === 0 ? [] : [{ do: 'delete-elements', set: after.name, elements: gone } as const]),
    ...addElements(
      after.name,
      after.elements.filter((element) => !had.has(element)),
    ),
  ];
}

/** nft has no word for changing what a key maps to: the element is deleted and added, in one transaction. */
function changeMap(after: NftMap, before: NftMap | undefined): NftCommand[] {
  if (before === undefined) return addMapElements(after.name, Object.entries(after.elements));
  if (before.elements === after.elements) return [];
  const keys: string[] = [];
  for (const key of Object.keys(before.elements)) if (before.elements[key] !== after.elements[key]) keys.push(key);
  const elements = Object.entries(after.elements).filter(([key, data]) => before.elements[key] !== data);
  return [
    ...(keys.length === 0 ? [] : [{ do: 'delete-map-elements', map: after.name, keys } as const]),
    ...addMapElements(after.name, elements),
  ];
}

function sameDeclaration(a: NftSet | NftMap, b: NftSet | NftMap): boolean {
  return (
    a.type === b.type &&
    a.comment === b.comment &&
    a.flags.join() === b.flags.join() &&
    a.counter === b.counter &&
    ('size' in a ? a.size : undefined) === ('size' in b ? b.size : undefined)
  );
}

function sameHook(a: NftChain, b: NftChain): boolean {
  return a.hook?.type === b.hook?.type && a.hook?.hook === b.hook?.hook && a.hook?.priority === b.hook?.priority;
}

/** True when what both tables have of the same name differs in nothing but elements and rules, which is all that the kernel lets be changed in place. */
function changeable(before: NftTable, after: NftTable): boolean {
  const named = byName([...before.sets, ...before.maps]);
  const chains = byName(before.chains);
  const matches = <T extends { readonly name: string }>(had: T | undefined, has: T, same: (a: T, b: T) => boolean) =>
    had === undefined || same(had, has);
  return (
    before.foreign === undefined &&
    [...after.sets, ...after.maps].every((item) => matches(named.get(item.name), item, sameDeclaration)) &&
    after.chains.every((chain) => matches(chains.get(chain.name), chain, sameHook))
  );
}

/**
 * Changes a table into another one that differs from it in nothing but what can be changed in place; nothing when they are equal.
 * The commands stand in the order in which nothing refers to what is not there: declare, fill, rewrite rules, then drop. The declarations of new chains come before the
 * verdicts that lead to them; verdicts that lead to a chain are gone before the chain is. A map is emptied before it is deleted: kernels before 6.4 that
 * lack "drop map element references from preparation phase" let go of what a deleted map's verdicts lead to only after the transaction, and
 * refuse to delete the chain in it (EBUSY). Deleted elements let go at once on all of them. For the same reason our rules hold no anonymous verdict map.
 */
export function changeNft(before: NftTable, after: NftTable): NftCommand[] {
  const had = { sets: byName(before.sets), maps: byName(before.maps), chains: byName(before.chains) };
  const has = { sets: byName(after.sets), maps: byName(after.maps), chains: byName(after.chains) };
  const gone = { maps: missingFrom(has.maps, before.maps), chains: missingFrom(has.chains, before.chains) };
  const rewritten = after.chains.filter((chain) => !sameRules(chain, had.chains.get(chain.name) ?? { ...chain, rules: [] }));
  return [
    ...missingFrom(had.sets, after.sets).map(addSet),
    ...missingFrom(had.maps, after.maps).map(addMap),
    ...missingFrom(had.chains, after.chains).map(addChain),
    ...after.sets.flatMap((set) => changeSet(set, had.sets.get(set.name))),
    ...after.maps.flatMap((map) => changeMap(map, had.maps.get(map.name))),
    ...rewritten.filter((chain) => had.chains.has(chain.name)).map(({ name }) => ({ do: 'flush-chain', name }) as const),
    ...gone.chains.map(({ name }) => ({ do: 'flush-chain', name }) as const),
    ...rewritten.flatMap(addRules),
    ...gone.maps.flatMap((map) => changeMap({ ...map, elements: {} }, map)),
    ...gone.maps.map(({ name }) => ({ do: 'delete-map', name }) as const),
    ...missingFrom(has.sets, before.sets).map(({ name }) => ({ do: 'delete-set', name }) as const),
    ...gone.chains.map(({ name }) => ({ do: 'delete-chain', name }) as const),
  ];
}

/** False for a command that names something of a shape we never write, as somebody else may have put it into our table. */
function expressible(command: NftCommand): boolean {
  if (command.do === 'delete-elements') return command.elements.every((element) => isNftText('element', element));
  if (command.do === 'delete-map-elements') return command.keys.every((key) => isNftText('element', key));
  return !('name' in command) || isNftText('name', command.name);
}

/**
 * What turns the observed table into the desired one, to be carried out in `transactions`; nothing when they are equal. Changed elements are added and
 * deleted one by one, a chain whose rules differ is emptied and filled. Where that is not possible (another hook or declaration, something in the table that
 * is not ours) the table is made anew, in one transaction as well: connections do not notice, the kernel's connection tracking is elsewhere.
 */
export function diffNft(desired: NftTable | null, observed: NftTable | null): NftCommand[] {
  if (desired === observed) return [];
  if (desired === null) return [{ do: 'add-table' }, { do: 'delete-table' }];
  if (observed === null || !changeable(observed, desired)) return load(desired);
  const commands = changeNft(observed, desired);
  return commands.every(expressible) ? commands : load(desired);
}
