import { compareInventories, type InventoryDifference, inventory } from '@weft/kernel';
import type { DesiredService, DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import { compile, nodeOf } from '../compile.ts';
import { alikeToServices } from '../ownership/service-objects.ts';
import { mindsZones } from '../services/zones.ts';
import { Attribution } from './attribution.ts';
import { type Ids, only, stateChange } from './state-change.ts';
import { witnesses } from './witnesses.ts';

/** What becomes of the things of one owner. What several own is with the first of those that change. */
export interface OwnedDifference extends InventoryDifference {
  readonly owner: ObjectOwner;
}

/** What a change comes to in the kernel of one node. */
export interface NodePlan {
  /** By owner: the cluster, nodes, pods and services, by name. */
  readonly groups: readonly OwnedDifference[];
  readonly totals: { readonly [Part in keyof InventoryDifference]: number };
}

const NO_CHANGE: Ids = new Set();

/** A state before and after a change, and the ids of what it changes. */
interface Change {
  readonly before: DesiredState | null;
  readonly after: DesiredState | null;
  readonly changed: Ids;
}

/** The change with only as many services in its states as it takes to show what becomes of all. */
function reduced(before: DesiredState | null, after: DesiredState | null, nodeId: string): Change {
  if (before === null || after === null) return { before, after, changed: NO_CHANGE };
  const { changed, rezoned } = stateChange(before, after);
  const [was, is] = [nodeOf(before, nodeId), nodeOf(after, nodeId)];
  if (!alikeToServices([before, was], [after, is])) return { before, after, changed };
  const isTouched = (service: DesiredService) => changed.has(service.id) || mindsZones(service, rezoned);
  const touched = new Set([...before.services, ...after.services].filter(isTouched).map(({ id }) => id));
  const services = { before: only(before.services, touched), after: only(after.services, touched) };
  const beside = witnesses(
    { fleet: before, node: was, services: services.before },
    { fleet: after, node: is, services: services.after },
    after.services.filter(({ id }) => !touched.has(id)),
  );
  return {
    before: { ...before, services: [...services.before, ...beside] },
    after: { ...after, services: [...services.after, ...beside] },
    changed,
  };
}

const KINDS: readonly ObjectOwner['kind'][] = ['cluster', 'node', 'pod', 'service'];

const rank = ({ kind, namespace, name, id }: ObjectOwner) => `${KINDS.indexOf(kind)} ${namespace ?? ''}/${name} ${id}`;

type Group = { -readonly [Part in keyof InventoryDifference]: InventoryDifference[Part][number][] } & { readonly owner: ObjectOwner };

type OwnerOf = (object: KernelObject) => ObjectOwner;

function grouped({ added, removed, replaced, moved }: InventoryDifference, was: OwnerOf, is: OwnerOf): OwnedDifference[] {
  const groups = new Map<string, Group>();
  const of = (owner: ObjectOwner): Group => {
    const known = groups.get(rank(owner)) ?? { owner, added: [], removed: [], replaced: [], moved: [] };
    groups.set(rank(owner), known);
    return known;
  };
  for (const object of added) of(is(object)).added.push(object);
  for (const object of removed) of(was(object)).removed.push(object);
  for (const pair of replaced) of(is(pair.after)).replaced.push(pair);
  for (const object of moved) of(is(object)).moved.push(object);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/**
 * What the kernel of a node comes to have and to lose when one state follows another; null: a state without the node, on which nothing is ours. It costs what changes,
 * however many services there are, unless what changes of the node or the cluster is something that every service depends on there. Throws what `compile` throws.
 */
export function planFor(from: DesiredState | null, to: DesiredState | null, nodeId: string): NodePlan {
  const { before, after, changed } = reduced(from, to, nodeId);
  const objectsOf = (state: DesiredState | null) => (state === null ? [] : inventory(compile(state, nodeId)));
  const ownersOf = (state: DesiredState | null): OwnerOf => {
    if (state === null)
      return () => {
        throw new RangeError('a state without the node has nothing on it');
      };
    const attribution = new Attribution(state, nodeId, changed);
    return (object) => attribution.ownerOf(object);
  };
  const difference = compareInventories(objectsOf(before), objectsOf(after));
  const { added, removed, replaced, moved } = difference;
  return {
    groups: grouped(difference, ownersOf(before), ownersOf(after)),
    totals: { added: added.length, removed: removed.length, replaced: replaced.length, moved: moved.length },
  };
}
