import { type NftCommand, NftConflict, type NftContribution, type NftElement, type NftNeed, type NftTable, sameNeed } from '@weft/kernel';
import { changeNft } from './diff-nft.ts';

/** What a service adds from now on, by the service's id; null: nothing any more. */
export type NftChanges = ReadonlyMap<string, NftContribution | null>;

interface Counted<T> {
  readonly value: T;
  count: number;
}

/** How often something is added, by its name; nobody adds it: it is not in the map. */
class Tally<T> {
  readonly #by = new Map<string, Counted<T>>();
  readonly #same: (a: T, b: T) => boolean;

  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  get(name: string): T | undefined {
    return this.#by.get(name)?.value;
  }

  entries(): (readonly [string, T])[] {
    return Array.from(this.#by, ([name, { value }]) => [name, value] as const);
  }

  values(): ReadonlyMap<string, T> {
    return new Map(this.entries());
  }

  /** Throws NftConflict when another thing has that name. */
  add(name: string, value: T): void {
    const known = this.#by.get(name);
    if (known === undefined) this.#by.set(name, { value, count: 1 });
    else if (this.#same(known.value, value)) known.count += 1;
    else throw new NftConflict(`two services want "${name}" in two ways`);
  }

  remove(name: string): void {
    const known = this.#by.get(name);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count === 0) this.#by.delete(name);
  }
}

const byName = <T extends { readonly name: string }>(items: readonly T[]) => [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Elements as they stand in one set or map: data by key, null in a set. */
type Elements = ReadonlyMap<string, string | null>;

const NONE: Elements = new Map();
const NOTHING: Pick<NftTable, 'sets' | 'maps' | 'chains'> = { sets: [], maps: [], chains: [] };

/** Notes everything that a contribution names, and its elements. */
function touch(touched: Map<string, Set<string>>, { needs, elements }: NftContribution): void {
  for (const { is } of needs) if (!touched.has(is.name)) touched.set(is.name, new Set());
  for (const { into, key } of elements) {
    const keys = touched.get(into);
    if (keys === undefined) touched.set(into, new Set([key]));
    else keys.add(key);
  }
}

function filled({ kind, is }: NftNeed, elements: Elements): Pick<NftTable, 'sets' | 'maps' | 'chains'> {
  if (kind === 'set') return { ...NOTHING, sets: [{ ...is, elements: [...elements.keys()].sort() }] };
  if (kind === 'map') return { ...NOTHING, maps: [{ ...is, elements: Object.fromEntries(elements) as Record<string, string> }] };
  return { ...NOTHING, chains: [is] };
}

/**
 * The account of a node's table: its frame, and what each service adds. It says which commands a change of some services comes to, at a cost that does not depend
 * on the others, and knows the whole table.
 */
export class NftLedger {
  readonly #frame: NftTable;
  readonly #framed: ReadonlyMap<string, NftNeed>;
  readonly #contributions = new Map<string, NftContribution>();
  readonly #needs = new Tally<NftNeed>(sameNeed);
  /** By the name of what they are in. */
  readonly #elements = new Map<string, Tally<string | null>>();

  /** An account without services. */
  constructor(frame: NftTable) {
    this.#frame = frame;
    const sets = frame.sets.map((is): NftNeed => ({ kind: 'set', is }));
    const maps = frame.maps.map((is): NftNeed => ({ kind: 'map', is }));
    this.#framed = new Map([...sets, ...maps].map((need) => [need.is.name, need]));
  }

  /** The table as it is without services. */
  get frame(): NftTable {
    return this.#frame;
  }

  /** What each service adds now, by its id. */
  get contributions(): ReadonlyMap<string, NftContribution> {
    return this.#contributions;
  }

  /**
   * Takes changes in and returns the commands, one transaction, that make them in the kernel; none when nothing changes. Throws NftConflict when a service adds
   * what contradicts another; the account is as it was then.
   */
  change(changes: NftChanges): NftCommand[] {
    const before = new Map(Array.from(changes.keys(), (id) => [id, this.#contributions.get(id) ?? null] as const));
    const touched = new Map<string, Set<string>>();
    for (const contribution of [...before.values(), ...changes.values()]) if (contribution !== null) touch(touched, contribution);
    const had = this.#part(touched);
    this.take(changes);
    return changeNft(had, this.#part(touched));
  }

  /** Takes changes in that the kernel has, or gets with the whole table. Throws NftConflict as `change` does. */
  take(changes: NftChanges): void {
    const before = new Map(Array.from(changes.keys(), (id) => [id, this.#contributions.get(id) ?? null] as const));
    try {
      this.#put(changes);
    } catch (error) {
      this.#put(before);
      throw error;
    }
  }

  /** The whole table. */
  table(): NftTable {
    const { sets, maps, chains } = this.#frame;
    const needed = this.#needs.entries().map(([name, need]) => filled(need, this.#elements.get(name)?.values() ?? NONE));
    const added = (name: string) => this.#elements.get(name)?.values() ?? NONE;
    return {
      ...this.#frame,
      sets: byName([
        ...sets.map((set) => ({ ...set, elements: [...set.elements, ...added(set.name).keys()].sort() })),
        ...needed.flatMap((part) => part.sets),
      ]),
      maps: byName([
        ...maps.map((map) => ({
          ...map,
          elements: { ...map.elements, ...(Object.fromEntries(added(map.name)) as Record<string, string>) },
        })),
        ...needed.flatMap((part) => part.maps),
      ]),
      chains: byName([...chains, ...needed.flatMap((part) => part.chains)]),
    };
  }

  #put(changes: NftChanges): void {
    for (const id of changes.keys()) this.#withdraw(id);
    for (const [id, contribution] of changes) if (contribution !== null) this.#give(id, contribution);
  }

  #withdraw(id: string): void {
    const contribution = this.#contributions.get(id);
    if (contribution === undefined) return;
    this.#contributions.delete(id);
    this.#discount(contribution);
  }

  /** All of it or, when it throws, nothing. */
  #give(id: string, contribution: NftContribution): void {
    const given: { needs: NftNeed[]; elements: NftElement[] } = { needs: [], elements: [] };
    try {
      for (const need of contribution.needs) {
        this.#needs.add(need.is.name, need);
        given.needs.push(need);
      }
      for (const element of contribution.elements) {
        this.#in(element.into).add(element.key, element.data);
        given.elements.push(element);
      }
    } catch (error) {
      this.#discount(given);
      throw error;
    }
    this.#contributions.set(id, contribution);
  }

  #discount({ needs, elements }: NftContribution): void {
    for (const { into, key } of elements) this.#in(into).remove(key);
    for (const { is } of needs) this.#needs.remove(is.name);
  }

  #in(name: string): Tally<string | null> {
    const known = this.#elements.get(name);
    if (known !== undefined) return known;
    const made = new Tally<string | null>((a, b) => a === b);
    this.#elements.set(name, made);
    return made;
  }

  /** The table as if there were nothing in it but what is named here, sets and maps with no other elements than these. */
  #part(touched: ReadonlyMap<string, ReadonlySet<string>>): NftTable {
    const parts = Array.from(touched, ([name, keys]) => {
      const need = this.#needs.get(name) ?? this.#framed.get(name);
      if (need === undefined) return NOTHING;
      const there = this.#in(name);
      const elements = Array.from(keys, (key) => [key, there.get(key)] as const).filter(([, data]) => data !== undefined);
      return filled(need, new Map(elements as readonly (readonly [string, string | null])[]));
    });
    return {
      ...this.#frame,
      sets: byName(parts.flatMap(({ sets }) => sets)),
      maps: byName(parts.flatMap(({ maps }) => maps)),
      chains: byName(parts.flatMap(({ chains }) => chains)),
    };
  }
}
