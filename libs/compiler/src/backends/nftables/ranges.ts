import type { ClusterNetwork } from '@weft/model';
import { outermost } from '../cidrs.ts';
import type { NftFragment } from './fragment.ts';

/** nft lists a range of one address as the address. */
const elements = (cidrs: readonly string[]) => outermost(cidrs).map((cidr) => cidr.replace(/\/32$/, ''));

/** The fleet's address ranges as sets: rules ask them who somebody is. */
export function ranges({ podCidrs, serviceCidrs }: ClusterNetwork): NftFragment {
  const range = { type: 'ipv4_addr', flags: ['interval'] };
  return {
    sets: [
      { ...range, name: 'pod-cidrs', comment: 'where pods have their addresses', elements: elements(podCidrs) },
      { ...range, name: 'service-cidrs', comment: 'where services have their addresses', elements: elements(serviceCidrs) },
    ],
  };
}
