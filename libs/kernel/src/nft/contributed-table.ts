import { NftConflict, type NftContribution, type NftElement, sameRules } from './contribution.ts';
import type { NftChain, NftTable } from './table.ts';

const byName = <T extends { readonly name: string }>(items: Iterable<T>) => [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Elements of one set or map by their key. */
type Elements = Record<string, string | null>;

function addElement(elements: Elements, { into, key, data }: NftElement): void {
  const known = elements[key];
  if (known === undefined) elements[key] = data;
  else if (known !== data) throw new NftConflict(`two services add "${key}" to ${into}`);
}

/** All chains that are added, each once. */
function allChains(contributions: readonly NftContribution[]): NftChain[] {
  const chains = new Map<string, NftChain>();
  for (const contribution of contributions)
    for (const chain of contribution.chains) {
      const known = chains.get(chain.name);
      if (known === undefined) chains.set(chain.name, chain);
      else if (!sameRules(known, chain)) throw new NftConflict(`two services want chain "${chain.name}" in two ways`);
    }
  return [...chains.values()];
}

/** The table that a frame and contributions make. Throws NftConflict. */
export function nftTable(frame: NftTable, added: Iterable<NftContribution>): NftTable {
  const contributions = [...added];
  const chains = allChains(contributions);
  const filled = new Map<string, Elements>([
    ...frame.sets.map(({ name, elements }) => [name, Object.fromEntries(elements.map((element) => [element, null]))] as const),
    ...frame.maps.map(({ name, elements }) => [name, { ...elements }] as const),
  ]);
  for (const contribution of contributions)
    for (const element of contribution.elements) {
      const elements = filled.get(element.into);
      if (elements === undefined) throw new NftConflict(`there is no set or map ${element.into}`);
      addElement(elements, element);
    }
  return {
    ...frame,
    sets: byName(frame.sets.map((set) => ({ ...set, elements: Object.keys(filled.get(set.name) ?? {}).sort() }))),
    maps: byName(frame.maps.map((map) => ({ ...map, elements: filled.get(map.name) as Record<string, string> }))),
    chains: byName([...frame.chains, ...chains]),
  };
}
