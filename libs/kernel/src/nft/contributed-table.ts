import { NftConflict, type NftContribution, type NftElement, type NftNeed, sameNeed } from './contribution.ts';
import type { NftTable } from './table.ts';

const byName = <T extends { readonly name: string }>(items: Iterable<T>) => [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Elements of one set or map by their key. */
type Elements = Record<string, string | null>;

function addElement(elements: Elements, { into, key, data }: NftElement): void {
  const known = elements[key];
  if (known === undefined) elements[key] = data;
  else if (known !== data) throw new NftConflict(`two services add "${key}" to ${into}`);
}

/** Everything that is needed, by name. */
function allNeeds(contributions: readonly NftContribution[]): NftNeed[] {
  const needs = new Map<string, NftNeed>();
  for (const contribution of contributions)
    for (const need of contribution.needs) {
      const known = needs.get(need.is.name);
      if (known === undefined) needs.set(need.is.name, need);
      else if (!sameNeed(known, need)) throw new NftConflict(`two services need "${need.is.name}" in two ways`);
    }
  return [...needs.values()];
}

/** The table that a frame and contributions make. Throws NftConflict. */
export function nftTable(frame: NftTable, added: Iterable<NftContribution>): NftTable {
  const contributions = [...added];
  const needs = allNeeds(contributions);
  const sets = [...frame.sets, ...needs.flatMap((need) => (need.kind === 'set' ? [{ ...need.is, elements: [] }] : []))];
  const maps = [...frame.maps, ...needs.flatMap((need) => (need.kind === 'map' ? [{ ...need.is, elements: {} }] : []))];
  const filled = new Map<string, Elements>([
    ...sets.map(({ name, elements }) => [name, Object.fromEntries(elements.map((element) => [element, null]))] as const),
    ...maps.map(({ name, elements }) => [name, { ...elements }] as const),
  ]);
  for (const contribution of contributions)
    for (const element of contribution.elements) {
      const elements = filled.get(element.into);
      if (elements === undefined) throw new NftConflict(`nobody needs ${element.into}`);
      addElement(elements, element);
    }
  return {
    ...frame,
    sets: byName(sets.map((set) => ({ ...set, elements: Object.keys(filled.get(set.name) ?? {}).sort() }))),
    maps: byName(maps.map((map) => ({ ...map, elements: filled.get(map.name) as Record<string, string> }))),
    chains: byName([...frame.chains, ...needs.flatMap((need) => (need.kind === 'chain' ? [need.is] : []))]),
  };
}
