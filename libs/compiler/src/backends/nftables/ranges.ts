import type { ClusterNetwork } from '@weft/model';
import { outermost } from '../cidrs.ts';
import type { NftFragment } from './fragment.ts';

/** Ranges as elements of a set: none lies inside another, and a range of one address is the address, as nft lists it. */
export function rangeElements(cidrs: readonly string[]): string[] {
  return outermost(cidrs).map((cidr) => cidr.replace(/\/32$/, ''));
}

/** The fleet's address ranges as sets: rules ask them who somebody is. */
export function ranges({ podCidrs, serviceCidrs }: ClusterNetwork): NftFragment {
  const range = { type: 'ipv4_addr', flags: ['interval'] };
  return {
    sets: [
      { ...range, name: 'pod-cidrs', comment: 'where pods have their addresses', elements: rangeElements(podCidrs) },
      { ...range, name: 'service-cidrs', comment: 'where services have their addresses', elements: rangeElements(serviceCidrs) },
    ],
  };
}
