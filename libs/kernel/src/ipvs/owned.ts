import type { Ipset } from '../ipset/ipset.ts';
import type { IpvsFrontend, IpvsService } from './service.ts';

function elementOf(frontend: IpvsFrontend): string {
  return 'fwmark' in frontend ? `skbmark 0x${frontend.fwmark.toString(16)}` : `${frontend.address},${frontend.protocol}:${frontend.port}`;
}

/** The elements of a set as what virtual services are found by: addresses and ports, and the marks that go with them. */
function named({ type, elements }: Ipset): string[] {
  return type === 'hash:ip,port' ? elements.flatMap((element) => element.split(/ (?=skbmark)/)) : [];
}

/**
 * Those virtual services that are ours: our sets name them. An element is there before the service is made and stays until it is gone, so what the kernel
 * holds says at any time whose a service is. At an address and port that the fleet gives to a service, somebody else's becomes ours.
 */
export function ownedServices(services: readonly IpvsService[], sets: readonly Ipset[]): IpvsService[] {
  const names = new Set(sets.flatMap(named));
  return services.filter(({ frontend }) => names.has(elementOf(frontend)));
}

/** Sets with no more in them than what names these services, those with nothing left out. */
export function namingSets(sets: readonly Ipset[], services: readonly IpvsService[]): Ipset[] {
  const kept = new Set(services.map(({ frontend }) => elementOf(frontend)));
  return sets
    .map((set) => ({
      ...set,
      elements: set.elements.filter((element) => named({ ...set, elements: [element] }).some((name) => kept.has(name))),
    }))
    .filter(({ elements }) => elements.length > 0);
}
