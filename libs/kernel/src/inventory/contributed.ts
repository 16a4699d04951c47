import type { KernelObject } from '@weft/model';
import { type IptablesContribution, rootOf, waysTo } from '../iptables/contribution.ts';
import type { IptablesTableName } from '../iptables/ruleset.ts';
import type { IpvsContribution } from '../ipvs/contribution.ts';
import type { NftContribution } from '../nft/contribution.ts';
import { NFT_TABLE } from '../nft/table.ts';
import { orderedObjects } from './identity.ts';
import { iptablesChainObjects } from './iptables.ts';
import { ipsetElementObject, ipvsObjects } from './ipvs.ts';
import { addressObject } from './network.ts';
import { nftChainObjects, nftElementObject, nftPlace } from './nft.ts';

const PLACE = nftPlace({ family: 'ip', name: NFT_TABLE });

/** What a service adds to a node's table, as objects of the inventory. */
export function nftContributed({ elements, chains }: NftContribution): KernelObject[] {
  return [
    ...elements.map(({ into, key, data }) => nftElementObject(PLACE, into, key, data)),
    ...chains.flatMap((chain) => nftChainObjects(PLACE, chain)),
  ];
}

/** A rule that a chain holds beside others. */
const ruleIn = (table: IptablesTableName, chain: string, rule: string) =>
  orderedObjects('iptables-rule', `table ${table} chain ${chain}`, [rule]);

/** What a service adds to a node's chains, as objects of the inventory: its own chains, its rules in shared ones, these chains and the ways to them. */
export function iptablesContributed({ chains, shared }: IptablesContribution): KernelObject[] {
  return [
    ...chains.flatMap((chain) => iptablesChainObjects(chain.table, chain)),
    ...shared.flatMap(({ bucket, rule }) => [
      ...ruleIn(bucket.table, bucket.chain, rule),
      ...[...waysTo(bucket)].flatMap((one): KernelObject[] => [
        { kind: 'iptables-chain', place: `table ${one.table}`, key: one.chain, text: `-N ${one.chain}` },
        ...ruleIn(one.table, rootOf(one), one.way),
      ]),
    ]),
  ];
}

/** What a service adds on a node whose backend is ipvs, as objects of the inventory. */
export function ipvsContributed({ services, addresses, elements }: IpvsContribution): KernelObject[] {
  return [
    ...addresses.map(addressObject),
    ...elements.map(({ into, element }) => ipsetElementObject(into, element)),
    ...services.flatMap(ipvsObjects),
  ];
}
