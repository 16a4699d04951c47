import type { DesiredPod, DesiredState } from '@weft/model';
import type { DesiredChange, DesiredFleet, PlacedPod } from '@weft/store';

/** What one node has to make true before a change and after it; null where the node is not there. */
export interface NodeStates {
  readonly id: string;
  readonly name: string;
  readonly before: DesiredState | null;
  readonly after: DesiredState | null;
}

interface Identified {
  readonly id: string;
}

/** A list with changed objects in their places or at its end, and without those that are gone; the same list when nothing changes. */
function overlay<T>(list: readonly T[], changed: readonly T[], gone: ReadonlySet<string>, idOf: (item: T) => string): readonly T[] {
  if (changed.length === 0 && !list.some((item) => gone.has(idOf(item)))) return list;
  const byId = new Map(list.filter((item) => !gone.has(idOf(item))).map((item) => [idOf(item), item]));
  for (const item of changed) byId.set(idOf(item), item);
  return [...byId.values()];
}

const ownId = ({ id }: Identified) => id;

function changed(fleet: DesiredFleet, change: DesiredChange): DesiredFleet {
  const gone = new Set(change.gone);
  return {
    ...fleet,
    cluster: change.cluster ?? fleet.cluster,
    nodes: overlay(fleet.nodes, change.nodes, gone, ownId),
    pods: overlay(fleet.pods, change.pods, gone, ({ pod }) => pod.id),
    services: overlay(fleet.services, change.services, gone, ownId),
  };
}

/** Reads the state of single nodes out of a fleet. */
function statesIn(fleet: DesiredFleet): (nodeId: string) => DesiredState | null {
  const there = new Set<string>(fleet.nodes.map(ownId));
  const podsOf = new Map<string, DesiredPod[]>();
  for (const { nodeId, pod } of fleet.pods as PlacedPod[]) {
    const pods = podsOf.get(nodeId) ?? [];
    podsOf.set(nodeId, pods);
    pods.push(pod);
  }
  const { epoch, revision, cluster, nodes, services } = fleet;
  return (id) => (there.has(id) ? { epoch, revision, cluster, nodes, pods: podsOf.get(id) ?? [], services } : null);
}

/** What each node has to make true before a change and after it, by name. */
export function nodeStates(fleet: DesiredFleet, change: DesiredChange): NodeStates[] {
  const next = changed(fleet, change);
  const [before, after] = [statesIn(fleet), statesIn(next)];
  const names = new Map([...fleet.nodes, ...next.nodes].map(({ id, name }) => [id, name]));
  return [...names].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([id, name]) => ({ id, name, before: before(id), after: after(id) }));
}
