import type { TestFleet } from '../test-fleet.ts';
import { describeServices } from './suite.ts';

/** Puts the legacy variant of iptables in the way of the one that the host's tools lead to; each test host has mounts of its own. */
async function useLegacy({ nodes }: TestFleet): Promise<void> {
  await Promise.all(nodes.map((node) => node.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi'])));
}

describeServices([
  { name: 'nftables', backend: 'nftables' },
  { name: 'iptables, nft variant', backend: 'iptables' },
  { name: 'iptables, legacy variant', backend: 'iptables', prepare: useLegacy },
]);
