import { type DesiredState, HeldState, mergePull } from '@weft/model';
import type { Store } from '@weft/store';
import type { TestNode } from './cluster.ts';

/** Pulls on top of a state, as an executor does; `atLeast`: the revision that it has heard of. */
export async function pullOnto(
  store: Store,
  node: TestNode,
  base: DesiredState | null,
  atLeast: number | null = null,
): Promise<DesiredState> {
  const merge = mergePull(base === null ? null : HeldState.of(base), await store.agent.pull(node.id, base, atLeast));
  if (!merge.ok) throw new Error(`not merged: ${JSON.stringify(merge.refusal)}`);
  return merge.held.state;
}

const byId = (objects: readonly { readonly id: string }[]) => [...objects].sort((a, b) => (a.id < b.id ? -1 : 1));

/** A state in which the order of objects, which has no meaning, is always the same. */
export const comparable = ({ nodes, pods, services, ...rest }: DesiredState) => ({
  ...rest,
  nodes: byId(nodes),
  pods: byId(pods),
  services: byId(services),
});

/** Asks a list for all there is. */
export const EVERYTHING = { limit: 1000, cursor: null } as const;
