import { type BackendConfig, compileNetwork, mindsZones, rezonedNodes, UnknownNode } from '@weft/compiler';
import { addSums, byKey, type InventorySum, inventorySum, keyOf, type NodeConfig, objectsIn } from '@weft/kernel';
import { type DesiredNode, type DesiredService, type DesiredState, fingerprint, IPVS_LINK_NAME } from '@weft/model';
import type { Delta } from '../control-plane/intake.ts';
import type { Refusals } from '../decide/refusals.ts';
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
  return fingerprint([nodeId, desired.cluster, checksum]);
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

const SAME_SERVICES: ServiceChanges = new Map();

/** Services that come to something else in the next state because nodes that they lead to are in other zones, by id. */
function changedByZones(before: DesiredState, { nodes, services }: DesiredState): ServiceChanges {
  if (nodes === before.nodes) return SAME_SERVICES;
  const rezoned = rezonedNodes(before.nodes, nodes);
  return new Map(services.filter((service) => mindsZones(service, rezoned)).map((service) => [service.id, service]));
}

/** How one state comes of another, at the cost of what is different. */
export interface Next {
  readonly compilation: Compilation;
  readonly services: ServiceChanges;
  /** What changes of the services' frame with what is around them; null: pods and nodes are the same. */
  readonly around: Reframed | null;
}

/** A configuration with the part that services come to. It stands for all addresses of the link that bears those of services, and for no others. */
export function withPart(config: NodeConfig, { addresses, ...rest }: BackendConfig): NodeConfig {
  if (addresses === undefined) return { ...config, ...rest };
  const others = config.addresses.filter(({ device }) => device !== IPVS_LINK_NAME);
  return { ...config, ...rest, addresses: byKey(keyOf.addresses, [...others, ...addresses]) };
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
    const fixed = sums.get(this.fixed) ?? inventorySum(objectsIn(this.fixed));
    sums.set(this.fixed, fixed);
    return addSums(fixed, this.account.sum());
  }

  /** A configuration with services as the account has them. */
  over(config: NodeConfig): NodeConfig {
    return withPart(config, this.account.config());
  }

  /** A configuration of this compilation without the rules of services in it, which `over` knows: of ten thousand services they are many megabytes. */
  without(config: NodeConfig): NodeConfig {
    const { nft, iptables } = this.fixed;
    return { ...config, nft, iptables };
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

  /** What has to be changed for what was left out. */
  changesOf(leftOut: Refusals): ServiceChanges {
    return new Map(this.wanted.desired.services.filter((service) => leftOut.has(service)).map((service) => [service.id, service]));
  }

  /**
   * How the next state comes of this one; null when more than pods, services and other nodes is different, or nobody knows which services are. The account has the next pods and
   * nodes then.
   */
  next(wanted: Wanted): Next | null {
    const { delta, desired, nodeId } = wanted;
    const held = this.wanted.desired;
    if (nodeId !== this.wanted.nodeId || desired.cluster !== held.cluster) return null;
    if (desired.nodes !== held.nodes && ownNode(wanted) !== ownNode(this.wanted)) return null;
    const known = delta !== null && delta.from === held;
    if (desired.services !== held.services && !known) return null;
    const services = desired.services === held.services || delta === null ? SAME_SERVICES : changedServices(delta);
    if (desired.pods === held.pods && desired.nodes === held.nodes) return { compilation: this.as(wanted), services, around: null };
    const compilation = new Compilation(wanted, compileNetwork(desired, nodeId), this.account);
    return { compilation, services: new Map([...changedByZones(held, desired), ...services]), around: this.account.reframe(desired) };
  }
}
