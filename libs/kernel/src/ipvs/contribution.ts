import type { Ipset } from '../ipset/ipset.ts';
import { byKey, keyOf } from '../keys.ts';
import type { LinkAddress } from '../network/objects.ts';
import { frontendKey, type IpvsService } from './service.ts';

/** An element and the set it is in. */
export interface IpsetElement {
  readonly into: string;
  readonly element: string;
}

/** What one service adds on a node whose backend is ipvs. */
export interface IpvsContribution {
  readonly services: readonly IpvsService[];
  /** Addresses that the node has to bear for it. */
  readonly addresses: readonly LinkAddress[];
  readonly elements: readonly IpsetElement[];
}

/** What all services together come to. Sets are those of the frame, filled; all lists are ordered by key. */
export interface IpvsTotal {
  readonly services: readonly IpvsService[];
  readonly addresses: readonly LinkAddress[];
  readonly sets: readonly Ipset[];
}

const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();

/** Puts together what services add. Where two claim the same address and port, the first has it. */
export function ipvsTotal(frame: readonly Ipset[], contributions: Iterable<IpvsContribution>): IpvsTotal {
  const services = new Map<string, IpvsService>();
  const addresses = new Map<string, LinkAddress>();
  const bySet = new Map<string, string[]>(frame.map(({ name }) => [name, []]));
  for (const contribution of contributions) {
    for (const service of contribution.services) {
      const key = frontendKey(service.frontend);
      if (!services.has(key)) services.set(key, service);
    }
    for (const address of contribution.addresses) addresses.set(keyOf.addresses(address), address);
    for (const { into, element } of contribution.elements) bySet.get(into)?.push(element);
  }
  return {
    services: byKey(keyOf.ipvs, [...services.values()]),
    addresses: byKey(keyOf.addresses, [...addresses.values()]),
    sets: frame.map((set) => ({ ...set, elements: sorted(bySet.get(set.name) ?? []) })),
  };
}
