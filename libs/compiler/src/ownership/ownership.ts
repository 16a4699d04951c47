import { identityOf, inventory, isOrdered } from '@weft/kernel';
import type { DesiredNode, DesiredPod, DesiredService, DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import { compile, nodeOf } from '../compile.ts';
import { serviceObjects } from './service-objects.ts';

const ofService = ({ id, namespace, name }: DesiredService): ObjectOwner => ({ kind: 'service', id, namespace, name });
const ofPod = ({ id, namespace, name }: DesiredPod): ObjectOwner => ({ kind: 'pod', id, namespace, name });
const ofNode = ({ id, name }: DesiredNode): ObjectOwner => ({ kind: 'node', id, namespace: null, name });
const CLUSTER: ObjectOwner = { kind: 'cluster', id: 'cluster', namespace: null, name: 'cluster' };

/** What an object is known by to its owners: of a rule its text, as none of them knows how often it stands in a chain. */
const nameOf = (object: KernelObject) => (isOrdered(object) ? identityOf({ ...object, key: object.text }) : identityOf(object));

/** At least one. */
export type Owners = readonly [ObjectOwner, ...ObjectOwner[]];

/** Whom the objects on a node are for. */
export class Ownership {
  readonly #node: ObjectOwner;
  readonly #owners = new Map<string, [ObjectOwner, ...ObjectOwner[]]>();

  private constructor(node: ObjectOwner) {
    this.#node = node;
  }

  /**
   * The owners of everything that a state comes to on a node: whatever would go with a service, a pod, another node or the ranges of the cluster is theirs. The node has
   * what is there without any of them. `among` says whose things are asked for; those of others are taken for the node's. Throws UnknownNode.
   */
  static of(desired: DesiredState, nodeId: string, among: (id: string) => boolean = () => true): Ownership {
    const node = nodeOf(desired, nodeId);
    const ownership = new Ownership(ofNode(node));
    const bare = { ...desired, cluster: { ...desired.cluster, podCidrs: [], serviceCidrs: [] }, nodes: [node], pods: [], services: [] };
    const objectsOf = (state: DesiredState) => inventory(compile(state, nodeId));
    const always = new Set(objectsOf(bare).map(nameOf));
    const give = (owner: ObjectOwner, objects: readonly KernelObject[]) =>
      ownership.#give(
        owner,
        objects.filter((object) => !always.has(nameOf(object))),
      );
    const ofOne = serviceObjects(desired, node);
    for (const service of desired.services) if (among(service.id)) give(ofService(service), ofOne(service));
    for (const pod of desired.pods) if (among(pod.id)) give(ofPod(pod), objectsOf({ ...bare, pods: [pod] }));
    for (const other of desired.nodes)
      if (other !== node && among(other.id)) give(ofNode(other), objectsOf({ ...bare, nodes: [node, other] }));
    give(CLUSTER, objectsOf({ ...bare, cluster: desired.cluster }));
    return ownership;
  }

  /** Whom an object is for: services, pods, other nodes and the cluster, in this order; this node when nobody else is. */
  ownersOf(object: KernelObject): Owners {
    return this.#owners.get(nameOf(object)) ?? [this.#node];
  }

  #give(owner: ObjectOwner, objects: readonly KernelObject[]): void {
    for (const name of new Set(objects.map(nameOf))) {
      const owners = this.#owners.get(name);
      if (owners === undefined) this.#owners.set(name, [owner]);
      else owners.push(owner);
    }
  }
}

/** Something in a kernel and whom it is for. */
export interface OwnedObject extends KernelObject {
  readonly owners: Owners;
}

/** Everything that a state comes to on a node, in the order of the inventory, with whom it is for. Throws UnknownNode. */
export function owned(desired: DesiredState, nodeId: string): OwnedObject[] {
  const ownership = Ownership.of(desired, nodeId);
  return inventory(compile(desired, nodeId)).map((object) => ({ ...object, owners: ownership.ownersOf(object) }));
}
