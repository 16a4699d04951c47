import type { PlannedNodes, Reach } from '@weft/model';
import type { Effect, Store } from '@weft/store';

/** What follows by itself after a change, and is a change of its own. */
const LATER: Readonly<Record<string, string>> = {
  podCreate: 'a pod gets behind its services when it is ready: a change of its own, which is not in this plan',
  podDelete: 'a pod that is given time to go stays wired until it is gone: a change of its own, which is not in this plan',
  nodeCreate: 'nothing is made on a new node before a host has joined as it',
  nodeDelete: 'the host of a node that is removed gives up what it has when it hears of it',
  nodeDrain: 'pods go when the other nodes send them nothing new: changes of their own, which are not in this plan',
  rolloutCreate: 'nodes are changed one after the other: changes of their own, which are not in this plan',
};

/** Objects on one page, the most that there are. */
const limit = 1000;

/** Nodes that apply nothing now, among those that have something to apply. */
async function standing(store: Store, planned: ReadonlySet<string>): Promise<string[]> {
  const { items } = await store.nodes.list({ limit, cursor: null });
  return items
    .filter(({ name, status }) => planned.has(name) && (status.phase === 'NotReady' || status.phase === 'Frozen'))
    .map(({ name, status }) => `node ${name} is ${status.phase}: it applies nothing before that has changed`);
}

/** What should be known beside what a plan says. Of nodes as such only those hear who may see them. */
export async function notesOn(store: Store, { changes }: Effect, nodes: readonly PlannedNodes[], reach: Reach): Promise<string[]> {
  const later = new Set(
    changes.filter(({ operation, after }) => operation !== 'podDelete' || after !== null).map(({ operation }) => operation),
  );
  const planned = new Set(nodes.flatMap((group) => group.nodes));
  return [
    ...(changes.length === 0 ? ['everything is so already: nothing changes'] : []),
    ...(changes.length > 0 && planned.size === 0 ? ['no rule of any node changes'] : []),
    ...[...later].flatMap((operation) => LATER[operation] ?? []),
    ...(reach === null && planned.size > 0 ? await standing(store, planned) : []),
  ];
}
