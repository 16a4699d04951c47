import type { DesiredState } from '@weft/model';

export type Ids = ReadonlySet<string>;

/** The parts of a state that two states have alike, or not. */
export interface StateChange {
  /** Ids of services, pods and nodes that one of the states has not, or otherwise. */
  readonly changed: Ids;
  /** True when everything is alike that services come to on a node beside themselves: the node, the zones of the others, the cluster. */
  readonly sameSurroundings: boolean;
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

const zones = ({ nodes }: DesiredState) => nodes.map(({ id, zone }) => [id, zone]).sort();

/** What is otherwise in a state than in another, as seen from a node. */
export function stateChange(before: DesiredState, after: DesiredState, nodeId: string): StateChange {
  const nodes = changedIds(before.nodes, after.nodes);
  return {
    changed: new Set([...nodes, ...changedIds(before.pods, after.pods), ...changedIds(before.services, after.services)]),
    sameSurroundings: !nodes.includes(nodeId) && same(before.cluster, after.cluster) && same(zones(before), zones(after)),
  };
}
