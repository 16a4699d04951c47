import { nftServiceCounters } from '@weft/compiler';
import { frontendKey, iptablesServiceCounters, parseIpvsStats } from '@weft/kernel';
import type { Backend } from '@weft/model';

/** What a backend's rules have counted of what went to a service port. It starts from 0 whenever what counts is made anew. */
export interface ServiceCounter {
  /**
   * Whose traffic, as the backend says it: protocol and label of the service port, `tcp shop/web:http`, which rules and elements are commented with; or, where
   * nothing has comments, by what it is reached, `tcp 198.19.0.1:80`, `tcp *:30080` or `fwmark 4711`.
   */
  readonly of: string;
  readonly connections: number;
  /** Of these connections, both ways; null: it does not count them. */
  readonly packets: number | null;
  readonly bytes: number | null;
}

const READERS: Readonly<Record<Backend, (listing: string) => ServiceCounter[]>> = {
  nftables: (listing) => nftServiceCounters(listing).map(({ label, protocol, ...counts }) => ({ of: `${protocol} ${label}`, ...counts })),
  iptables: (listing) =>
    iptablesServiceCounters(listing).map(({ protocol, address, port, ...counts }) => ({
      of: `${protocol} ${address ?? '*'}:${port}`,
      ...counts,
    })),
  ipvs: (listing) =>
    parseIpvsStats(listing).map(({ frontend, connections, inPackets, outPackets, inBytes, outBytes }) => ({
      of: frontendKey(frontend),
      connections: Number(connections),
      packets: Number(inPackets + outPackets),
      bytes: Number(inBytes + outBytes),
    })),
};

/** Reads what a backend's tool lists. */
export function readCounters(backend: Backend, listing: string): ServiceCounter[] {
  return READERS[backend](listing);
}
