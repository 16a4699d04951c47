import type { DesiredState } from '@weft/model';
import { rezonedNodes } from '../services/zones.ts';

export type Ids = ReadonlySet<string>;

/** What is otherwise in a state than in another. */
export interface StateChange {
  /** Ids of services, pods and nodes that one of the states has not, or otherwise. */
  readonly changed: Ids;
  /** See rezonedNodes. */
  readonly rezoned: Ids;
}

interface Identified {
  readonly id: string;
}

/** Those of some ids. */
export function only<T extends Identified>(items: readonly T[], ids: Ids): T[] {
  return items.filter(({ id }) => ids.has(id));
}

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

function changedIds(before: readonly Identified[], after: readonly Identified[]): string[] {
  if (before === after) return [];
  const had = new Map(before.map((one) => [one.id, one]));
  const has = new Set(after.map(({ id }) => id));
  return [...after.filter((one) => !same(had.get(one.id), one)), ...before.filter(({ id }) => !has.has(id))].map(({ id }) => id);
}

/** What is otherwise in a state than in another. */
export function stateChange(before: DesiredState, after: DesiredState): StateChange {
  return {
    changed: new Set([
      ...changedIds(before.nodes, after.nodes),
      ...changedIds(before.pods, after.pods),
      ...changedIds(before.services, after.services),
    ]),
    rezoned: rezonedNodes(before.nodes, after.nodes),
  };
}
