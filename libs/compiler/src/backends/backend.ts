import type { NodeConfig } from '@weft/kernel';
import type { DesiredNode, DesiredState } from '@weft/model';

/** What every service backend compiles from: the whole desired state, seen from one node. */
export interface BackendInput {
  readonly desired: DesiredState;
  readonly node: DesiredNode;
}

/** The part of a node's configuration that services come to. Addresses are those of a link that bears no others. */
export type BackendConfig = Partial<Pick<NodeConfig, 'nft' | 'iptables' | 'ipvs' | 'ipsets' | 'addresses'>>;

/** A way of programming services, address translation and refusals into the kernel. Pure: same input, same bytes. */
export interface ServiceBackend {
  /** What it needs of the node's own network, whatever services there are. */
  network?(input: BackendInput): Partial<Pick<NodeConfig, 'links' | 'routes' | 'sysctls'>>;
  compile(input: BackendInput): BackendConfig;
}
