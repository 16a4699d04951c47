import type { KernelObject } from '@weft/model';
import type { NodeConfig } from '../node-config.ts';
import { iptablesObjects } from './iptables.ts';
import { ipsetObjects, ipvsObjects } from './ipvs.ts';
import { networkObjects, workloadObject } from './network.ts';
import { nftObjects } from './nft.ts';

/** A configuration as a flat list of everything in it; equal configurations give equal lists, and rules stand in the order in which packets meet them. */
export function inventory(config: NodeConfig): KernelObject[] {
  return [
    ...networkObjects(config),
    ...(config.nft === null ? [] : nftObjects(config.nft)),
    ...(config.iptables === null ? [] : iptablesObjects(config.iptables)),
    ...config.ipsets.flatMap(ipsetObjects),
    ...config.ipvs.flatMap(ipvsObjects),
    ...config.workloads.map(workloadObject),
  ];
}
