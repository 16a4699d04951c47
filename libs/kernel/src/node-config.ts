import type { Ipset } from './ipset/ipset.ts';
import type { IptablesRuleset } from './iptables/ruleset.ts';
import type { IpvsService } from './ipvs/service.ts';
import type { FdbEntry, Link, LinkAddress, Neighbour, Netns, Route, Sysctl } from './network/objects.ts';
import type { NftTable } from './nft/table.ts';

/** A process that runs in a pod's namespace on behalf of the pod: the built-in echo server. */
export interface Workload {
  readonly netns: string;
  readonly kind: 'echo';
  /** Text that the server answers with: `namespace/name`. */
  readonly identity: string;
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
}

/**
 * Everything that is ours on one node, in the kernel's own words. The compiler makes it from desired state; observing a host gives the
 * same type, so that a difference is two values compared. Every list is ordered by its key (see keys.ts), the order of chains' rules is theirs.
 */
export interface NodeConfig {
  readonly netns: readonly Netns[];
  readonly sysctls: readonly Sysctl[];
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  readonly routes: readonly Route[];
  readonly neighbours: readonly Neighbour[];
  readonly fdb: readonly FdbEntry[];
  readonly nft: NftTable | null;
  readonly iptables: IptablesRuleset | null;
  /** Sets that rules of iptables ask, and that say which virtual services are ours. */
  readonly ipsets: readonly Ipset[];
  readonly ipvs: readonly IpvsService[];
  readonly workloads: readonly Workload[];
}

/** A host on which nothing is ours. */
export const EMPTY_CONFIG: NodeConfig = {
  netns: [],
  sysctls: [],
  links: [],
  addresses: [],
  routes: [],
  neighbours: [],
  fdb: [],
  nft: null,
  iptables: null,
  ipsets: [],
  ipvs: [],
  workloads: [],
};
