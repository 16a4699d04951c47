import type { Ipset, IpsetOp } from '@weft/kernel';

/** Operations on sets: `put` makes sets and adds elements, `drop` takes away. */
export interface IpsetChanges {
  readonly put: readonly IpsetOp[];
  readonly drop: readonly IpsetOp[];
}

/** What makes an element the same one, without what it carries. */
const keyOf = (element: string) => element.split(' ')[0] ?? element;

function elements(op: 'add' | 'delete', name: string, which: readonly string[]): IpsetOp[] {
  return which.length === 0 ? [] : [{ op, name, elements: which }];
}

/** Adding an element that is there gives it what it should carry. */
function changedSet(after: Ipset, before: Ipset): IpsetChanges {
  if (after === before || after.elements === before.elements) return { put: [], drop: [] };
  const had = new Set(before.elements);
  const has = new Set(after.elements.map(keyOf));
  const { name } = after;
  return {
    put: elements(
      'add',
      name,
      after.elements.filter((element) => !had.has(element)),
    ),
    drop: elements(
      'delete',
      name,
      before.elements.filter((element) => !has.has(keyOf(element))),
    ),
  };
}

function made(set: Ipset): IpsetOp[] {
  return [{ op: 'create', set }, ...elements('add', set.name, set.elements)];
}

/** A set that somebody made anew as one of another kind cannot be changed while rules ask it: creating ours fails and says so. */
const sameKind = (a: Ipset, b: Ipset) => a.type === b.type && a.skbinfo === b.skbinfo;

/** What turns the observed sets into the desired ones, element by element. */
export function diffIpsets(desired: readonly Ipset[], observed: readonly Ipset[]): IpsetChanges {
  if (desired === observed) return { put: [], drop: [] };
  const before = new Map(observed.map((set) => [set.name, set]));
  const wanted = new Set(desired.map(({ name }) => name));
  const changes = desired.map((set): IpsetChanges => {
    const old = before.get(set.name);
    return old === undefined || !sameKind(set, old) ? { put: made(set), drop: [] } : changedSet(set, old);
  });
  return {
    put: changes.flatMap(({ put }) => put),
    drop: [
      ...changes.flatMap(({ drop }) => drop),
      ...observed.filter(({ name }) => !wanted.has(name)).map(({ name }): IpsetOp => ({ op: 'destroy', name })),
    ],
  };
}
