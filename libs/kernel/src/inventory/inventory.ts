import type { KernelObject } from '@weft/model';
import type { NodeConfig } from '../node-config.ts';
import { iptablesObjects } from './iptables.ts';
import { ipsetObjects, ipvsObjects } from './ipvs.ts';
import { networkObjects, workloadObject } from './network.ts';
import { nftObjects } from './nft.ts';

/** What `inventory` lists, one after the other: of ten thousand services the whole list is tens of megabytes. */
export function* objectsIn(config: NodeConfig): Generator<KernelObject> {
  yield* networkObjects(config);
  if (config.nft !== null) yield* nftObjects(config.nft);
  if (config.iptables !== null) yield* iptablesObjects(config.iptables);
  for (const ipset of config.ipsets) yield* ipsetObjects(ipset);
  for (const service of config.ipvs) yield* ipvsObjects(service);
  yield* config.workloads.map(workloadObject);
}

/** A configuration as a flat list of everything in it; equal configurations give equal lists, and rules stand in the order in which packets meet them. */
export function inventory(config: NodeConfig): KernelObject[] {
  return [...objectsIn(config)];
}
