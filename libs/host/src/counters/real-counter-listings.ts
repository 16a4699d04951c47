import { NFT_TABLE } from '@weft/kernel';
import type { Backend } from '@weft/model';
import { makeRunner } from '../real/runner.ts';
import type { CounterListings } from './counter-listings.ts';

/** How to list, and where. */
export interface CounterListingsOptions {
  /** The sets of our nftables table whose elements count. */
  readonly nftSets: readonly string[];
  /** What leads onto the host, put before every command; missing: this host. */
  readonly enter?: readonly string[];
}

/** The counters of a host, by the tools that made them: nft, iptables-save, ipvsadm. */
export function realCounterListings({ nftSets, enter = [] }: CounterListingsOptions): CounterListings {
  const runner = makeRunner(enter);
  const commands: Readonly<Record<Backend, readonly (readonly string[])[]>> = {
    // A process for each set: nft 1.0.6 finds nothing when it is asked for two at a time.
    nftables: nftSets.map((set) => ['nft', '-y', 'list', 'set', 'ip', NFT_TABLE, set]),
    iptables: [['iptables-save', '-c', '-t', 'mangle']],
    ipvs: [['ipvsadm', '-L', '-n', '--stats', '--exact']],
  };
  return {
    async list(backend) {
      const listings: string[] = [];
      for (const command of commands[backend]) listings.push(await runner.read(command));
      return listings.join('');
    },
  };
}
