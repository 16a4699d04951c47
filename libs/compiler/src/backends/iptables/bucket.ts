import { IPTABLES_CHAIN_PREFIX, type IptablesTableName } from '@weft/kernel';
import { CHAIN } from './chain-names.ts';

/**
 * A chain that the rules of neighbouring services share, and the rule that leads to it. Were they all in one chain, a packet would pass ten thousand of them, and a
 * service more would have all of them written anew; there are a few hundred to a bucket and a few hundred buckets. More and smaller ones cost
 * more than they save: what iptables-nft takes longest for is chains.
 */
export interface Bucket {
  readonly table: IptablesTableName;
  /** The chain in which the rule stands that leads to it. */
  readonly root: string;
  readonly chain: string;
  /** What packets have in common that go through it. */
  readonly match: string;
}

/** The bucket of an address: what it shares with the 255 others of its /24. */
export function addressBucket(table: IptablesTableName, root: string, address: string): Bucket {
  const net = `${address.slice(0, address.lastIndexOf('.'))}.0`;
  return { table, root, chain: `${IPTABLES_CHAIN_PREFIX}AT-${net.replaceAll('.', '-')}`, match: `-d ${net}/24` };
}

const PORTS = 64;

/** The bucket of a node port: 64 neighbours of one protocol. */
export function nodePortBucket(table: IptablesTableName, protocol: string, port: number): Bucket {
  const first = port - (port % PORTS);
  return {
    table,
    root: CHAIN.nodePorts,
    chain: `${CHAIN.nodePorts}-${protocol.toUpperCase()}-${first}`,
    match: `-p ${protocol} -m ${protocol} --dport ${first}:${first + PORTS - 1}`,
  };
}

/** The rule that leads to a bucket. */
export function toBucket({ match, chain }: Bucket): string {
  return `${match} -j ${chain}`;
}
