import { setImmediate as othersTurn } from 'node:timers/promises';
import { nodeOf, type OwnedObject, owned, serviceObjects } from '@weft/compiler';
import { identityOf } from '@weft/kernel';
import type { DesiredState, KernelObject, ObjectOwner } from '@weft/model';
import type { Store } from '@weft/store';

/** What a node has to have in its kernel as of a revision, by identity. Of equal rules of one chain the first stands for all. */
export type OwnedRules = ReadonlyMap<string, OwnedObject>;

/** Compiled states that are kept: pages of one list are of one state, and that of ten thousand services takes a second to compile. */
const KEPT = 2;

/** Services after which others get their turn: some ms. */
const AT_ONCE = 50;

type Growing = KernelObject & { readonly owners: [ObjectOwner, ...ObjectOwner[]] };

/** Everything that a state comes to on a node. Others are served meanwhile: what each service adds is compiled by itself. Throws UnknownNode. */
export async function ownedRules(state: DesiredState, nodeId: string): Promise<OwnedRules> {
  const fixed = new Map(owned({ ...state, services: [] }, nodeId).map((object) => [identityOf(object), object]));
  const ofServices = new Map<string, Growing>();
  const objectsOf = serviceObjects(state, nodeOf(state, nodeId));
  for (const [at, service] of state.services.entries()) {
    if (at % AT_ONCE === 0) await othersTurn();
    const { id, namespace, name } = service;
    const owner: ObjectOwner = { kind: 'service', id, namespace, name };
    for (const object of objectsOf(service)) {
      const identity = identityOf(object);
      const owners = ofServices.get(identity)?.owners;
      if (owners === undefined) ofServices.set(identity, { ...object, owners: [owner] });
      else if (owners.at(-1) !== owner) owners.push(owner);
    }
  }
  return new Map<string, OwnedObject>([...ofServices, ...fixed]);
}

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
    // What was never applied is nothing.
    if (revision === 0) return new Map();
    const { state } = await this.#past.desired(nodeId, revision);
    return ownedRules(state, nodeId);
  }
}
