import { pastedIptables } from './pasted-iptables.ts';
import { pastedIpvs } from './pasted-ipvs.ts';
import { pastedNetwork } from './pasted-network.ts';
import { pastedNft } from './pasted-nft.ts';
import type { Sought } from './sought.ts';

/** Those who can read a line for sure; nftables has no words that say what a line is. */
const READERS = [pastedIptables, pastedIpvs, pastedNetwork];

/**
 * What a line tells of that somebody copied from `nft list`, `nft monitor`, `iptables-save`, `ipvsadm -S -n`, `ipset save`, `ip` or `bridge`, counters and handles included. Several:
 * any of them, or all that stand on the line.
 */
export function pasted(line: string): Sought[] {
  const text = line.trim();
  for (const read of READERS) {
    const sought = read(text);
    if (sought.length > 0) return sought;
  }
  return pastedNft(text);
}
