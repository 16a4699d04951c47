import { identityOf } from '@weft/kernel';
import type { Backend, KernelObject, ServiceDataplane, ServiceObject } from '@weft/model';

type Group = ServiceDataplane['groups'][number];

/** What a service has on one node, as far as each is known. */
export interface ServiceOnNode {
  readonly node: string;
  readonly backend: Backend;
  readonly desired: readonly KernelObject[];
  readonly applied: readonly KernelObject[];
  /** Null: the node did not answer. */
  readonly live: readonly KernelObject[] | null;
}

function differs({ desired, applied, live }: ServiceObject, answered: boolean): boolean {
  return desired !== applied || (answered && live !== applied);
}

/** What a service has on one node, a line for each thing: those that are desired, then those that go. */
export function sideBySide({ node, backend, desired, applied, live }: ServiceOnNode): Group {
  const texts = (objects: readonly KernelObject[]) => new Map(objects.map((object) => [identityOf(object), object.text]));
  const [wanted, had, has] = [texts(desired), texts(applied), texts(live ?? [])];
  const all = new Map([...desired, ...applied].map((object) => [identityOf(object), object]));
  const objects = Array.from(all, ([identity, { kind, place, key }]) => ({
    kind,
    place,
    key,
    desired: wanted.get(identity) ?? null,
    applied: had.get(identity) ?? null,
    live: has.get(identity) ?? null,
  }));
  const answered = live !== null;
  return { nodes: [node], backend, answered, differing: objects.filter((object) => differs(object, answered)).length, objects };
}

/** Nodes on which everything is the same, as one. */
export function folded(groups: readonly Group[]): Group[] {
  const same = Map.groupBy(groups, ({ nodes: _, ...rest }) => JSON.stringify(rest));
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, nodes: [first, ...others].flatMap(({ nodes }) => nodes) }],
  );
}
