import type { DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import { Ownership } from '../ownership/ownership.ts';
import type { Ids } from './state-change.ts';

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
    this.#byChanged ??= Ownership.of(this.#state, this.#nodeId, (id) => this.#changed.has(id));
    const [first] = this.#byChanged.ownersOf(object);
    if (first.kind !== 'cluster' && first.id !== this.#nodeId) return first;
    this.#byAll ??= Ownership.of(this.#state, this.#nodeId);
    return this.#byAll.ownersOf(object)[0];
  }
}
