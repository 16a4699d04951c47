import { FakeCaptures, FakeConntrack, FakeCounterListings, FakeHost, FakeTracing, fakeForeignListing, type HostMonitor } from '@weft/host';
import type { NodeFacts } from '@weft/model';
import type { HostPorts } from '../../apps/node-executor/src/host/host-ports.ts';
import { HollowHost } from './hollow-host.ts';

/** Nobody else is on the host, so there is nothing to tell. */
const SILENCE: HostMonitor = {
  start: () => undefined,
  watchContent: () => undefined,
  forgetContent: () => undefined,
  deaf: 0,
  close: () => undefined,
};

/** What hollow host number `n` says of itself; at most 65,000 of them. */
export const hollowFacts = (n: number): NodeFacts => ({
  address: `172.20.${((n + 1) >> 8) & 255}.${(n + 1) & 255}/16`,
  mtu: 1500,
  executorVersion: 'hollow',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: 'hollow',
  backends: ['nftables'],
  tools: {},
  problems: [],
});

/** Host number `n`, in memory. */
export function hollowPorts(n: number): HostPorts & { readonly host: HollowHost } {
  const facts = hollowFacts(n);
  return {
    host: new HollowHost(facts.address),
    monitor: SILENCE,
    foreign: fakeForeignListing(new FakeHost()),
    captures: new FakeCaptures(),
    tracing: new FakeTracing(),
    conntrack: new FakeConntrack([]),
    counterListings: new FakeCounterListings(),
    rulesGeneration: async () => null,
    probePod: async () => ({ ok: true, message: '' }),
    preflight: async () => null,
    hasLegacyIptables: async () => false,
    find: async () => ({ facts, guarded: [] }),
    close: () => undefined,
  };
}
