import { IPTABLES_CHAIN_PREFIX, type IptablesBucket, type IptablesTableName } from '@weft/kernel';
import { CHAIN } from './chain-names.ts';
import type { KnownBuckets } from './known-buckets.ts';

/**
 * The bucket of an address: what it shares with the 255 others of its /24. Were the rules of all services in one chain, a packet would pass ten thousand of them,
 * and a service more would have all of them written anew. Smaller buckets cost more than they save: what iptables-nft takes longest for is chains.
 */
export function addressBucket(known: KnownBuckets, table: IptablesTableName, root: string, address: string): IptablesBucket {
  const net = address.slice(0, address.lastIndexOf('.'));
  return known.once(`${table} ${root}`, net, () => {
    const chain = `${IPTABLES_CHAIN_PREFIX}AT-${net.replaceAll('.', '-')}-0`;
    return { table, chain, from: root, way: `-d ${net}.0/24 -j ${chain}` };
  });
}

const PORTS = 64;

/** The bucket of a node port: 64 neighbours of one protocol. */
export function nodePortBucket(known: KnownBuckets, table: IptablesTableName, protocol: string, port: number): IptablesBucket {
  const first = port - (port % PORTS);
  return known.once(`${table} ${protocol}`, first, () => {
    const chain = `${CHAIN.nodePorts}-${protocol.toUpperCase()}-${first}`;
    return { table, chain, from: CHAIN.nodePorts, way: `-p ${protocol} -m ${protocol} --dport ${first}:${first + PORTS - 1} -j ${chain}` };
  });
}
