import { NFT_COUNTING_SETS } from '@weft/compiler';
import { probePod, realCaptures, realConntrack, realCounterListings, realForeignListing, realRulesGeneration } from '@weft/host';
import type { ExecutorConfig } from '../config.ts';
import { addressOf, controlPlaneAddress, findFacts, findPoolConflict, openHost, openTracing } from './host.ts';
import type { HostPorts } from './host-ports.ts';

/** The host that this process runs on. */
export function realPorts({ nodeAddress, controlPlaneUrl }: Pick<ExecutorConfig, 'nodeAddress' | 'controlPlaneUrl'>): HostPorts {
  const host = openHost();
  return {
    host,
    monitor: host.monitor(),
    foreign: realForeignListing(),
    captures: realCaptures(),
    tracing: openTracing(),
    conntrack: realConntrack(),
    counterListings: realCounterListings({ nftSets: NFT_COUNTING_SETS }),
    rulesGeneration: realRulesGeneration(),
    probePod,
    preflight: findPoolConflict,
    hasLegacyIptables: () => host.hasLegacyIptables(),
    find: async () => {
      const facts = await findFacts(nodeAddress, controlPlaneUrl);
      return { facts, guarded: [addressOf(facts), await controlPlaneAddress(controlPlaneUrl)] };
    },
    close: () => host.close(),
  };
}
