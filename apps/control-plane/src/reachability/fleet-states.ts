import { concerned, type Known, Ownership } from '@weft/compiler';
import { type DesiredState, type KernelObject, type ObjectOwner, podNetnsName, type WirePacket } from '@weft/model';
import type { Store } from '@weft/store';

/** What the nodes of a fleet are to have, as of one revision: all of it read once, when it is first asked for. */
export class FleetStates {
  readonly #plans: Pick<Store['plans'], 'fleet'>;
  readonly revision: number;
  #fleet: ReturnType<Store['plans']['fleet']> | null = null;

  constructor(plans: Pick<Store['plans'], 'fleet'>, revision: number) {
    this.#plans = plans;
    this.revision = revision;
  }

  /** Throws ProblemError. */
  async of(node: string): Promise<DesiredState> {
    this.#fleet ??= this.#plans.fleet(this.revision);
    const { pods, ...fleet } = await this.#fleet;
    return { ...fleet, pods: pods.flatMap(({ nodeId, pod }) => (nodeId === node ? [pod] : [])) };
  }
}

/** Of what nodes are to have the part that one packet can meet, and whom its objects are for. */
export class ConcernedStates implements Known {
  readonly #states: FleetStates;
  readonly #packet: WirePacket;
  readonly #from: string;
  readonly #concerned = new Map<string, DesiredState>();
  readonly #owners = new Map<string, Ownership>();

  /** `from`: id of the node that the packet is sent on, or comes to. */
  constructor(states: FleetStates, packet: WirePacket, from: string) {
    this.#states = states;
    this.#packet = packet;
    this.#from = from;
  }

  /** Throws ProblemError. */
  async of(nodeId: string): Promise<DesiredState> {
    const known = this.#concerned.get(nodeId);
    if (known !== undefined) return known;
    const state = concerned(await this.#states.of(nodeId), this.#packet, [this.#from, nodeId]);
    this.#concerned.set(nodeId, state);
    return state;
  }

  podIn(netns: string): string | null {
    const pods = [...this.#concerned.values()].flatMap((state) => state.pods);
    const pod = pods.find(({ id }) => podNetnsName(id) === netns);
    return pod === undefined ? null : `${pod.namespace}/${pod.name}`;
  }

  /** Nobody for a node whose state was not asked for. */
  ownersOf(nodeId: string, object: KernelObject): readonly ObjectOwner[] {
    const state = this.#concerned.get(nodeId);
    if (state === undefined) return [];
    const owners = this.#owners.get(nodeId) ?? Ownership.of(state, nodeId);
    this.#owners.set(nodeId, owners);
    return owners.ownersOf(object);
  }
}
