import type { Backend } from '@weft/model';
import type { TestFleet } from '../test-fleet.ts';

/** A way of programming services, as the suite tells them apart. */
export interface Program {
  readonly name: string;
  readonly backend: Backend;
  /** Done to fresh hosts before anything else, such as putting another variant of a tool in their way. */
  readonly prepare?: (fleet: TestFleet) => Promise<void>;
}

/** Puts the legacy variant of iptables in the way of the one that the host's tools lead to; each test host has mounts of its own. */
async function useLegacy({ nodes }: TestFleet): Promise<void> {
  await Promise.all(nodes.map((node) => node.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi'])));
}

/** The one that needs a kernel with IPVS. */
export const IPVS_PROGRAM: Program = { name: 'ipvs', backend: 'ipvs' };

/** Those that need nothing but rules. */
export const RULE_PROGRAMS: readonly Program[] = [
  { name: 'nftables', backend: 'nftables' },
  { name: 'iptables, nft variant', backend: 'iptables' },
  { name: 'iptables, legacy variant', backend: 'iptables', prepare: useLegacy },
];

/** All of them. */
export const PROGRAMS: readonly Program[] = [...RULE_PROGRAMS, IPVS_PROGRAM];
