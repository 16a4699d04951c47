import { hash } from 'node:crypto';
import { compileNetwork, UnknownNode } from '@weft/compiler';
import { addSums, byKey, type InventorySum, inventory, inventorySum, keyOf, type NodeConfig } from '@weft/kernel';
import { canonicalJson, type DesiredNode, type DesiredService, type DesiredState, IPVS_LINK_NAME } from '@weft/model';
import type { Refusals } from './decide/refusals.ts';
import type { Delta } from './intake.ts';
import { sha256 } from './rules-hash/running-sum.ts';
import { ACCOUNTS, type Reframed, type ServiceAccount, type ServiceChanges } from './service-account.ts';

/** A state that one node has to make true. */
export interface Wanted {
  readonly nodeId: string;
  readonly desired: DesiredState;
  /** The state's checksum. */
  readonly checksum: string;
  /** It came whole from the control plane, and not as what changed. */
  readonly fromSnapshot: boolean;
  /** How it came of the state before it; null: it came whole, or nobody knows. */
  readonly delta: Delta | null;
}

/**
 * Names the configuration that a state comes to on a node, 64 hex digits: the compiler is pure, so equal inputs give equal rules, and everything that goes into it is
 * in here, the objects by their versions. It costs the same however many objects there are, and whoever has the state can compute it.
 */
export function configHash({ nodeId, desired, checksum }: Pick<Wanted, 'nodeId' | 'desired' | 'checksum'>): string {
  return hash('sha256', canonicalJson([nodeId, desired.cluster, checksum]));
}

/** True when two states come to the same configuration, revisions apart. */
export function sameInput(a: Wanted, b: Wanted): boolean {
  const [x, y] = [a.desired, b.desired];
  return a.nodeId === b.nodeId && x.nodes === y.nodes && x.pods === y.pods && x.services === y.services && x.cluster === y.cluster;
}

/** The node a state is for. */
export const ownNode = ({ desired, nodeId }: Pick<Wanted, 'desired' | 'nodeId'>): DesiredNode | undefined =>
  desired.nodes.find(({ id }) => id === nodeId);

/** Services that a delta changes or takes away, by id. Ids of other objects are among those taken away; nobody knows them as a service's. */
function changedServices({ pull }: Delta): ServiceChanges {
  return new Map<string, DesiredService | null>([
    ...pull.removed.map((id) => [id, null] as const),
    ...pull.services.map((service) => [service.id, service] as const),
  ]);
}

/** The compilation of a state with other pods, and what of the services' frame changes with them. */
export interface WithPods extends Reframed {
  readonly compilation: Compilation;
}

/** Sums of what compilations have in common that differ in services only. */
const sums = new WeakMap<NodeConfig, InventorySum>();

/** What a state comes to on a node. Its services are kept one by one, so that the next state costs what changed. */
export class Compilation {
  readonly wanted: Wanted;
  readonly hash: string;
  /** Everything but services. */
  readonly fixed: NodeConfig;
  readonly account: ServiceAccount;

  private constructor(wanted: Wanted, fixed: NodeConfig, account: ServiceAccount) {
    this.wanted = wanted;
    this.hash = configHash(wanted);
    this.fixed = fixed;
    this.account = account;
  }

  /** Compiles a state; the account of services is empty as yet. Throws UnknownNode. */
  static of(wanted: Wanted): Compilation {
    const { desired, nodeId } = wanted;
    const node = ownNode(wanted);
    if (node === undefined) throw new UnknownNode(`revision ${desired.revision} has no node ${nodeId}`);
    return new Compilation(wanted, compileNetwork(desired, nodeId), ACCOUNTS[node.backend](desired, node));
  }

  /** The whole configuration, with what the account holds. */
  get config(): NodeConfig {
    return this.over(this.fixed);
  }

  /** The sum of everything that is to be on the host, without what still goes on there. Taken once, it follows the account at the cost of what changes there. */
  get sum(): InventorySum {
    const fixed = sums.get(this.fixed) ?? inventorySum(inventory(this.fixed), sha256);
    sums.set(this.fixed, fixed);
    return addSums(fixed, this.account.sum());
  }

  /** A configuration with services as the account has them. It stands for all addresses of the link that bears those of services, and for no others. */
  over(config: NodeConfig): NodeConfig {
    const { addresses, ...rest } = this.account.config();
    if (addresses === undefined) return { ...config, ...rest };
    const others = config.addresses.filter(({ device }) => device !== IPVS_LINK_NAME);
    return { ...config, ...rest, addresses: byKey(keyOf.addresses, [...others, ...addresses]) };
  }

  /** The services of the state, but those left out. */
  services(leftOut: Refusals): readonly DesiredService[] {
    const { services } = this.wanted.desired;
    return leftOut.none ? services : services.filter((service) => !leftOut.has(service));
  }

  /** The same compilation for a state of the same input, or one whose services are going to be changed to it. */
  as(wanted: Wanted): Compilation {
    return new Compilation(wanted, this.fixed, this.account);
  }

  /** The compilation of a state that has other pods and is else the same; null when more is different, or everything has to be compiled anew. */
  withPods(wanted: Wanted): WithPods | null {
    const [held, next] = [this.wanted.desired, wanted.desired];
    const { reframe } = this.account;
    const same = next.nodes === held.nodes && next.services === held.services && next.cluster === held.cluster;
    if (reframe === null || !same || wanted.nodeId !== this.wanted.nodeId) return null;
    return { compilation: new Compilation(wanted, compileNetwork(next, wanted.nodeId), this.account), ...reframe(next) };
  }

  /** What has to be changed for what was left out. */
  changesOf(leftOut: Refusals): ServiceChanges {
    return new Map(this.wanted.desired.services.filter((service) => leftOut.has(service)).map((service) => [service.id, service]));
  }

  /** What has to be changed for the next state; null when more than services changed, or nobody knows what did. */
  changesTo(wanted: Wanted): ServiceChanges | null {
    const { delta, desired, nodeId } = wanted;
    const held = this.wanted.desired;
    if (delta === null || delta.from !== held || nodeId !== this.wanted.nodeId) return null;
    if (desired.nodes !== held.nodes || desired.pods !== held.pods || desired.cluster !== held.cluster) return null;
    return changedServices(delta);
  }
}
