import type { DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import { Ownership } from '../ownership/ownership.ts';
import { type Ids, only } from './state-change.ts';

/** Says of each thing of a state on a node with whom to tell what becomes of it. */
export class Attribution {
  readonly #state: DesiredState;
  readonly #nodeId: string;
  readonly #changed: Ids;
  #byChanged: Ownership | null = null;
  #byAll: Ownership | null = null;

  constructor(state: DesiredState, nodeId: string, changed: Ids) {
    this.#state = state;
    this.#nodeId = nodeId;
    this.#changed = changed;
  }

  /** Whoever changes and owns it; else whoever owns it. */
  ownerOf(object: KernelObject): ObjectOwner {
    this.#byChanged ??= Ownership.of(this.#reduced(), this.#nodeId);
    const [first] = this.#byChanged.ownersOf(object);
    if (first.kind !== 'cluster' && first.id !== this.#nodeId) return first;
    this.#byAll ??= Ownership.of(this.#state, this.#nodeId);
    return this.#byAll.ownersOf(object)[0];
  }

  #reduced(): DesiredState {
    const { nodes, pods, services } = this.#state;
    return {
      ...this.#state,
      nodes: only(nodes, new Set([...this.#changed, this.#nodeId])),
      pods: only(pods, this.#changed),
      services: only(services, this.#changed),
    };
  }
}
