import { compile, compileNetwork, nftContribution, nftFrame, nftSurroundings } from '@weft/compiler';
import { NftConflict, type NftContribution, type NftTable, type NodeConfig } from '@weft/kernel';
import { canonicalJson, type DesiredNode, type DesiredService, type DesiredState, sha256Hex } from '@weft/model';
import { type NftChanges, NftLedger } from '@weft/reconcile';
import type { Refusals } from './decide/refusals.ts';
import type { Delta } from './intake.ts';

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
  return sha256Hex(canonicalJson([nodeId, desired.cluster, checksum]));
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
function changedServices({ pull }: Delta): Map<string, DesiredService | null> {
  return new Map<string, DesiredService | null>([
    ...pull.removed.map((id) => [id, null] as const),
    ...pull.services.map((service) => [service.id, service] as const),
  ]);
}

/**
 * What a state comes to on a node. With nftables it is kept service by service, so that the next state costs what changed; with other backends
 * it is compiled whole.
 */
export class Compilation {
  readonly wanted: Wanted;
  readonly hash: string;
  /** Everything that there is no account of; without one, that is everything. */
  readonly fixed: NodeConfig;
  /** The account of services; null: they are in the fixed part. */
  readonly ledger: NftLedger | null;
  readonly #contribute: (service: DesiredService) => NftContribution;

  private constructor(
    wanted: Wanted,
    fixed: NodeConfig,
    ledger: NftLedger | null,
    contribute: (service: DesiredService) => NftContribution,
  ) {
    this.wanted = wanted;
    this.hash = configHash(wanted);
    this.fixed = fixed;
    this.ledger = ledger;
    this.#contribute = contribute;
  }

  /** Compiles a state; with an account of services, one that is empty as yet. Throws UnknownNode. */
  static of(wanted: Wanted): Compilation {
    const { desired, nodeId } = wanted;
    const node = ownNode(wanted);
    if (node?.backend !== 'nftables') return new Compilation(wanted, compile(desired, nodeId), null, () => ({ elements: [], needs: [] }));
    const surroundings = nftSurroundings(desired, node);
    const ledger = new NftLedger(nftFrame(desired, node));
    return new Compilation(wanted, compileNetwork(desired, nodeId), ledger, (service) => nftContribution(service, surroundings));
  }

  /** The whole configuration, with what the account holds. */
  get config(): NodeConfig {
    return this.ledger === null ? this.fixed : { ...this.fixed, nft: this.ledger.table() };
  }

  /** The table as it is without services; null: there is no account of them. */
  get frame(): NftTable | null {
    return this.ledger?.frame ?? null;
  }

  /** What each service of the state adds, but those left out. */
  *contributions(leftOut: Refusals): Iterable<readonly [id: string, contribution: NftContribution]> {
    for (const service of this.wanted.desired.services) if (!leftOut.has(service)) yield [service.id, this.#contribute(service)];
  }

  /** Puts the services of the state into the account, but those left out. Returns those that contradict others, with how; they are left out too. */
  fill(leftOut: Refusals): ReadonlyMap<string, string> {
    const refused = new Map<string, string>();
    if (this.ledger === null) return refused;
    for (const [id, contribution] of this.contributions(leftOut))
      try {
        this.ledger.take(new Map([[id, contribution]]));
      } catch (error) {
        if (!(error instanceof NftConflict)) throw error;
        refused.set(id, error.message);
      }
    return refused;
  }

  /** The same compilation for a state of the same input. */
  as(wanted: Wanted): Compilation {
    return new Compilation(wanted, this.fixed, this.ledger, this.#contribute);
  }

  /** What has to be changed in the account and in the kernel for what was left out. */
  changesOf(leftOut: Refusals): NftChanges {
    const again = this.wanted.desired.services.filter((service) => leftOut.has(service));
    return new Map(again.map((service) => [service.id, this.#contribute(service)]));
  }

  /** What has to be changed in the account and in the kernel for the next state; null when more than services changed, or nobody knows what did. */
  changesTo(wanted: Wanted): NftChanges | null {
    const { delta, desired, nodeId } = wanted;
    const held = this.wanted.desired;
    if (this.ledger === null || delta === null || delta.from !== held || nodeId !== this.wanted.nodeId) return null;
    if (desired.nodes !== held.nodes || desired.pods !== held.pods || desired.cluster !== held.cluster) return null;
    return new Map(
      Array.from(changedServices(delta), ([id, service]) => [id, service === null ? null : this.#contribute(service)] as const),
    );
  }
}
