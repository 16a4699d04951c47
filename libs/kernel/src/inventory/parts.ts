import type { KernelKind } from '@weft/model';
import type { NodeConfig } from '../node-config.ts';

/** What can be read of a host by itself. */
export type ConfigPart = keyof NodeConfig;

/** The kinds of things that each part of a configuration holds. */
const KINDS: Readonly<Record<ConfigPart, readonly KernelKind[]>> = {
  netns: ['netns'],
  sysctls: ['sysctl'],
  links: ['link'],
  addresses: ['address'],
  routes: ['route'],
  neighbours: ['neighbour'],
  fdb: ['fdb'],
  nft: ['nft-table', 'nft-set', 'nft-map', 'nft-element', 'nft-chain', 'nft-rule', 'nft-other'],
  iptables: ['iptables-chain', 'iptables-rule', 'iptables-jump'],
  ipsets: ['ipset', 'ipset-element'],
  ipvs: ['ipvs-service', 'ipvs-destination'],
  workloads: ['workload'],
};

/** True when one of these parts holds things of one of these kinds; kinds undefined: of any. */
export function holdAny(parts: readonly ConfigPart[], kinds: ReadonlySet<KernelKind> | undefined): boolean {
  return kinds === undefined || parts.some((part) => KINDS[part].some((kind) => kinds.has(kind)));
}
