import { compile, serviceObjects } from '@weft/compiler';
import { identityOf, inventory, isOrdered } from '@weft/kernel';
import type { ClusterNetwork, DesiredNode, DesiredPod, DesiredService, DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import type { DesiredObject } from '@weft/store';

/** What a node knew of one owner, of itself and of the cluster. */
export interface OwnersState {
  readonly owner: DesiredObject;
  readonly node: DesiredNode;
  readonly cluster: ClusterNetwork;
}

/** The thing and its text; of a rule not how often it stands in its chain, which its owner does not know. */
export function contentOf(object: KernelObject): string {
  return `${identityOf(isOrdered(object) ? { ...object, key: object.text } : object)}\n${object.text}`;
}

/** What a state with nobody else in it holds of an owner. */
const PARTS: Readonly<Record<Exclude<ObjectOwner['kind'], 'service'>, (state: OwnersState) => Pick<DesiredState, 'nodes' | 'pods'>>> = {
  cluster: ({ node }) => ({ nodes: [node], pods: [] }),
  node: ({ owner, node }) => ({ nodes: (owner as DesiredNode).id === node.id ? [node] : [node, owner as DesiredNode], pods: [] }),
  pod: ({ owner, node }) => ({ nodes: [node], pods: [owner as DesiredPod] }),
};

/** What a node had to have for an owner, and for itself; `others` are the nodes of the fleet, where services are led to. */
export function objectsOfOwner(kind: ObjectOwner['kind'], state: OwnersState, others: readonly DesiredNode[]): KernelObject[] {
  const { owner, node, cluster } = state;
  if (kind === 'service') {
    const nodes = [...others.filter(({ id }) => id !== node.id), node];
    return serviceObjects({ cluster, nodes }, node)(owner as DesiredService);
  }
  return inventory(compile({ epoch: '', revision: 0, cluster, services: [], ...PARTS[kind](state) }, node.id));
}
