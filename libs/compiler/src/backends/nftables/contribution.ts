import type { NftChain, NftMap, NftSet, NftTable } from '@weft/kernel';

/** An element of a set (`data` null) or of a map, with the name of what it is in. */
export interface NftElement {
  readonly into: string;
  /** The key as it is listed, with the element's comment if it has one. */
  readonly key: string;
  readonly data: string | null;
}

/** Something that elements or rules need to be there: shared by all that need it, gone with the last of them. A chain is needed whole, with its rules. */
export type NftNeed =
  | { readonly kind: 'set'; readonly is: Omit<NftSet, 'elements'> }
  | { readonly kind: 'map'; readonly is: Omit<NftMap, 'elements'> }
  | { readonly kind: 'chain'; readonly is: NftChain };

/**
 * What one service adds to the frame of a node's table. Two services may add equal elements and needs, which then are there once, until neither adds them.
 * What has one key but other data, or one name but another content, cannot be in one table.
 */
export interface NftContribution {
  readonly elements: readonly NftElement[];
  readonly needs: readonly NftNeed[];
}

/** Two services want something of one name or key in two ways: the control plane has accepted what it must refuse. */
export class NftConflict extends Error {
  override readonly name = 'NftConflict';
}

/** Several contributions as one, in their order. */
export function together(contributions: readonly NftContribution[]): NftContribution {
  return {
    elements: contributions.flatMap(({ elements }) => elements),
    needs: contributions.flatMap(({ needs }) => needs),
  };
}

const sameSet = (a: Omit<NftMap, 'elements'> | Omit<NftSet, 'elements'>, b: typeof a) =>
  a.type === b.type && a.comment === b.comment && a.flags.join() === b.flags.join();

const sameRules = (a: NftChain, b: NftChain) =>
  a.rules.length === b.rules.length &&
  a.rules.every(({ text, comment }, i) => text === b.rules[i]?.text && comment === b.rules[i]?.comment);

/** True when two needs of one name are the same thing. */
export function sameNeed(a: NftNeed, b: NftNeed): boolean {
  if (a === b) return true;
  if (a.kind === 'chain') return b.kind === 'chain' && sameRules(a.is, b.is);
  return a.kind === b.kind && sameSet(a.is, b.is as typeof a.is);
}

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
export function nftTable(frame: NftTable, contributions: readonly NftContribution[]): NftTable {
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
