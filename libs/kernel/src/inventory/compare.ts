import type { KernelObject } from '@weft/model';
import { identityOf, isOrdered } from './identity.ts';

/** What becomes of one inventory when it becomes another. */
export interface InventoryDifference {
  readonly added: readonly KernelObject[];
  readonly removed: readonly KernelObject[];
  /** What is found by the same key and is otherwise than it was. */
  readonly replaced: readonly { readonly before: KernelObject; readonly after: KernelObject }[];
  /** Rules that packets meet in another order among those that were there: the fewest whose move explains it. */
  readonly moved: readonly KernelObject[];
}

/** Positions of a longest rising subsequence: what is left of a list when as few as can be are taken out of their order. */
function longestRising(numbers: readonly number[]): Set<number> {
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  numbers.forEach((number, at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    previous[at] = ends[low - 1];
    ends[low] = at;
  });
  const kept = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) kept.add(at);
  return kept;
}

/** Those of the objects that were there before, in the order of now, that have left their place among each other. */
function movedAmong(stayed: readonly KernelObject[], before: ReadonlyMap<string, number>): KernelObject[] {
  const positions = stayed.map((object) => before.get(identityOf(object)) ?? 0);
  if (positions.every((position, at) => at === 0 || position > (positions[at - 1] ?? 0))) return [];
  const kept = longestRising(positions);
  return stayed.filter((_, at) => !kept.has(at));
}

/** Compares two inventories. */
export function compareInventories(before: readonly KernelObject[], after: readonly KernelObject[]): InventoryDifference {
  const had = new Map(before.map((object) => [identityOf(object), object]));
  const has = new Set(after.map(identityOf));
  const added: KernelObject[] = [];
  const replaced: { before: KernelObject; after: KernelObject }[] = [];
  const stayed: KernelObject[] = [];
  for (const object of after) {
    const known = had.get(identityOf(object));
    if (known === undefined) added.push(object);
    else if (known.text !== object.text) replaced.push({ before: known, after: object });
    else if (isOrdered(object)) stayed.push(object);
  }
  const positions = new Map(before.map((object, at) => [identityOf(object), at]));
  const byPlace = Map.groupBy(stayed, ({ kind, place }) => `${kind}\n${place}`);
  return {
    added,
    removed: before.filter((object) => !has.has(identityOf(object))),
    replaced,
    moved: [...byPlace.values()].flatMap((objects) => movedAmong(objects, positions)),
  };
}
