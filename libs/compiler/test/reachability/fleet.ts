import type { NodeConfig } from '@weft/kernel';
import { type DesiredNode, type DesiredPod, type DesiredState, makeId, type ObjectOwner, podNetnsName } from '@weft/model';
import { desired, node, plan, pod, type StateParts } from '@weft/testing/desired';
import { compile, crossings, type Fleet, type Known, Ownership, type Reached, reachability, type Sent } from '../../src/index.ts';

/** What a fleet of the plan is made of; pods by the number of their node. */
export interface FleetParts extends Omit<StateParts, 'pods'> {
  /** What is broken in the kernel of a node, by its number. */
  readonly broken?: Readonly<Record<number, (config: NodeConfig) => NodeConfig>>;
  readonly pods?: Readonly<Record<number, readonly DesiredPod[]>>;
}

/** Pod number `number` of a node of the plan, with an echo server on TCP 8080. */
export function podOn(of: number, number: number, changes: Partial<DesiredPod> = {}): DesiredPod {
  return pod(number, {
    id: makeId('pod', `${of}${number}`),
    name: `pod-${of}-${number}`,
    ip: plan.pod(of, number),
    ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }],
    runtime: { type: 'echo' },
    ...changes,
  });
}

/** The packet of a pod of the plan. */
export function fromPod(of: number, number: number, destination: string, port: number, protocol: 'tcp' | 'udp' = 'tcp'): Sent {
  return {
    origin: { in: 'pod', netns: podNetnsName(podOn(of, number).id) },
    packet: { source: plan.pod(of, number), destination, port, protocol },
  };
}

/** A fleet of the plan that answers from its desired states, and from what is broken of them. */
export class PlannedFleet {
  readonly #parts: FleetParts;
  readonly nodes: readonly DesiredNode[];

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.nodes = parts.nodes ?? [node(1), node(2), node(3)];
  }

  /** The state of a node, by its number. */
  state(number: number): DesiredState {
    return desired({ ...this.#parts, nodes: this.nodes, pods: this.#parts.pods?.[number] ?? [] });
  }

  /** What becomes of a packet that is sent on a node. */
  reach(number: number, sent: Sent): Promise<Reached> {
    const at = (id: string) => this.state(this.nodes.findIndex((one) => one.id === id) + 1);
    const fleet: Fleet = {
      nodes: this.nodes,
      cluster: this.state(number).cluster,
      cross: async (one, arrival) => crossings(one, this.#config(at(one.id), one))(arrival),
    };
    return reachability(fleet, this.nodes[number - 1] as DesiredNode, sent, this.#known(at));
  }

  #config(state: DesiredState, node: DesiredNode): NodeConfig {
    const broken = this.#parts.broken?.[this.nodes.indexOf(node) + 1];
    const config = compile(state, node.id);
    return broken === undefined ? config : broken(config);
  }

  #known(at: (id: string) => DesiredState): Known {
    const pods = Object.values(this.#parts.pods ?? {}).flat();
    const names = new Map(pods.map(({ id, namespace, name }) => [podNetnsName(id), `${namespace}/${name}`]));
    return {
      podIn: (netns) => names.get(netns) ?? null,
      ownersOf: (id, object): readonly ObjectOwner[] => Ownership.of(at(id), id).ownersOf(object),
    };
  }
}
