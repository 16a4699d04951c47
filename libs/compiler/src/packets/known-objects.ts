import { EMPTY_CONFIG, inventory, type NodeConfig } from '@weft/kernel';
import type { KernelKind, KernelObject } from '@weft/model';

/** What a configuration has, as objects of its inventory, to be named where a packet meets them. */
export class KnownObjects {
  readonly #byPlace: ReadonlyMap<string, readonly KernelObject[]>;

  constructor(config: Partial<NodeConfig>) {
    this.#byPlace = Map.groupBy(inventory({ ...EMPTY_CONFIG, ...config }), ({ kind, place }) => `${kind}\n${place}`);
  }

  /** All of a kind at a place, in their order: the rules of a chain. */
  at(kind: KernelKind, place: string): readonly KernelObject[] {
    return this.#byPlace.get(`${kind}\n${place}`) ?? [];
  }

  /** One of them, by its key; none when it is not there. */
  find(kind: KernelKind, place: string, key: string): readonly KernelObject[] {
    return this.at(kind, place).filter((object) => object.key === key);
  }
}
