import { type OwnedObject, owned } from '@weft/compiler';
import { identityOf } from '@weft/kernel';
import type { Store } from '@weft/store';

/** What a node has to have in its kernel as of a revision, by identity, in the order of the inventory. */
export type OwnedRules = ReadonlyMap<string, OwnedObject>;

/** Compiled states that are kept: pages of one list are of one state, and that of ten thousand services takes a second to compile. */
const KEPT = 2;

/** What nodes have to have, as of revisions. What was committed does not change, so what is kept of it is never old. */
export class OwnedRulesOf {
  readonly #past: Store['past'];
  readonly #kept = new Map<string, Promise<OwnedRules>>();

  constructor(past: Store['past']) {
    this.#past = past;
  }

  /** Throws ProblemError NotFound, Expired, BadRequest. */
  async at(nodeId: string, revision: number): Promise<OwnedRules> {
    const name = `${nodeId} ${revision}`;
    const rules = this.#kept.get(name) ?? this.#compile(nodeId, revision);
    this.#kept.delete(name);
    this.#kept.set(name, rules);
    for (const oldest of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(oldest);
    rules.catch(() => this.#kept.delete(name));
    return rules;
  }

  async #compile(nodeId: string, revision: number): Promise<OwnedRules> {
    const { state } = await this.#past.desired(nodeId, revision);
    return new Map(owned(state, nodeId).map((object) => [identityOf(object), object]));
  }
}
