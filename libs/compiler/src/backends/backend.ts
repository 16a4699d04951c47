import type { NodeConfig } from '@weft/kernel';
import type { DesiredNode, DesiredState } from '@weft/model';

/** What every service backend compiles from: the whole desired state, seen from one node. */
export interface BackendInput {
  readonly desired: DesiredState;
  readonly node: DesiredNode;
}

/** The part of a node's configuration that belongs to service backends. */
export type BackendConfig = Partial<Pick<NodeConfig, 'nft' | 'iptables' | 'ipvs' | 'ipsets' | 'links' | 'addresses' | 'sysctls'>>;

/** A way of programming services, address translation and refusals into the kernel. Pure: same input, same bytes. */
export interface ServiceBackend {
  compile(input: BackendInput): BackendConfig;
}
