import type { KernelObject } from '@weft/model';
import type { Ipset } from '../ipset/ipset.ts';
import { renderIpvsRestore } from '../ipvs/render.ts';
import { destinationKey, frontendKey, type IpvsService } from '../ipvs/service.ts';

/** An element of a set, with the mark it carries if it does. */
export function ipsetElementObject(into: string, element: string): KernelObject {
  return { kind: 'ipset-element', place: `ipset ${into}`, key: element, text: element };
}

/** A set and its elements. */
export function ipsetObjects({ name, type, skbinfo, elements }: Ipset): KernelObject[] {
  return [
    { kind: 'ipset', place: 'host', key: name, text: `create ${name} ${type}${skbinfo ? ' skbinfo' : ''}` },
    ...elements.map((element) => ipsetElementObject(name, element)),
  ];
}

/** A virtual service and its destinations. How many connections these have is nothing that stands in the kernel. */
export function ipvsObjects(service: IpvsService): KernelObject[] {
  const { frontend, destinations } = service;
  const key = frontendKey(frontend);
  return [
    { kind: 'ipvs-service', place: 'host', key, text: renderIpvsRestore([{ op: 'service-add', service }]).trim() },
    ...destinations.map(
      (destination): KernelObject => ({
        kind: 'ipvs-destination',
        place: `ipvs ${key}`,
        key: destinationKey(destination),
        text: renderIpvsRestore([{ op: 'destination-add', frontend, destination }]).trim(),
      }),
    ),
  ];
}
