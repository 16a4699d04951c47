import { PORTALS } from './portals.ts';

/** What one port of a service was used since its rules were first written. */
export interface NftServiceCounter {
  /** `namespace/name:port`, as nftComment makes it fit. */
  readonly label: string;
  readonly protocol: string;
  readonly connections: number;
  /** Of both directions. */
  readonly packets: number;
  readonly bytes: number;
}

const { service, nodePort } = PORTALS;
const CONNECTIONS: readonly string[] = [service.connections, nodePort.connections];
const TRAFFIC: readonly string[] = [service.traffic, nodePort.traffic];

/** The sets of our table that count: what has to be listed. */
export const NFT_COUNTING_SETS: readonly string[] = [...CONNECTIONS, ...TRAFFIC];

const SET = /^\tset (\S+) \{$/;
const ELEMENT = /(tcp|udp|sctp) \. \d+ counter packets (\d+) bytes (\d+) comment "([^"]*)"/g;

/**
 * Reads what `nft -y list set ip weft <name>` prints for the counting sets, one after another in any order, or a listing of the whole table; without `-s`, which
 * leaves counts out. Adds up all ways to a port; ordered by label, then protocol.
 */
export function nftServiceCounters(listing: string): NftServiceCounter[] {
  const counters = new Map<string, { -readonly [Key in keyof NftServiceCounter]: NftServiceCounter[Key] }>();
  let set = '';
  for (const line of listing.split('\n')) {
    set = SET.exec(line)?.[1] ?? (line === '\t}' ? '' : set);
    if (!NFT_COUNTING_SETS.includes(set)) continue;
    for (const [, protocol = '', packets, bytes, label = ''] of line.matchAll(ELEMENT)) {
      const key = `${label} ${protocol}`;
      const counter = counters.get(key) ?? { label, protocol, connections: 0, packets: 0, bytes: 0 };
      counters.set(key, counter);
      if (CONNECTIONS.includes(set)) counter.connections += Number(packets);
      else {
        counter.packets += Number(packets);
        counter.bytes += Number(bytes);
      }
    }
  }
  return Array.from(counters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, counter]) => counter);
}
