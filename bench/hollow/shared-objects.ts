import type { DesiredNode, DesiredPull, DesiredService } from '@weft/model';
import type { ControlPlane } from '../../apps/node-executor/src/control-plane/control-plane.ts';

type Shared = DesiredNode | DesiredService;

/** Objects that many executors in one process hold alike, each once in memory: nobody changes them. What all of them are told alike is read once (lean-control-plane.ts). */
export class SharedObjects {
  readonly #held = new Map<string, Shared>();
  /** Pulls of shared objects, by what they were made of: answers that are the same to the byte are one value. */
  readonly #pulls = new WeakMap<DesiredPull, DesiredPull>();

  #one<T extends Shared>(told: T): T {
    const held = this.#held.get(told.id);
    if (held?.revision === told.revision) return held as T;
    if (held === undefined || held.revision < told.revision) this.#held.set(told.id, told);
    return told;
  }

  /** The same pull, of shared objects. */
  of(pull: DesiredPull): DesiredPull {
    const known = this.#pulls.get(pull);
    if (known !== undefined) return known;
    const shared = {
      ...pull,
      nodes: pull.nodes.map((node) => this.#one(node)),
      services: pull.services.map((service) => this.#one(service)),
    };
    this.#pulls.set(pull, shared);
    return shared;
  }

  /** A control plane whose pulls are of shared objects. */
  over(controlPlane: ControlPlane): ControlPlane {
    return { ...controlPlane, pull: async (since, atLeast) => this.of(await controlPlane.pull(since, atLeast)) };
  }
}
