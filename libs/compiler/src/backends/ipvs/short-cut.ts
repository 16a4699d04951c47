import { addressOrder, contains, firstOf, sizeOf } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import type { IpvsSurroundings } from './surroundings.ts';

/** The bit that all marks of short cuts have in common: the highest that masquerading does not use, but for the very highest, which ipvsadm takes for a sign. */
export function shortCutBit(masqueradeMark: number): number {
  return masqueradeMark === 2 ** 30 ? 2 ** 29 : 2 ** 30;
}

/** Ports of one service that marks can tell apart: twice what a service can have. */
const PORTS = 128;

/** How many ports of services marks can tell apart: what is left of 32 bits without the two highest, that of short cuts, that of masquerading and that of datagrams. */
const ROOM = 2 ** 27;

/** True when a port leads pods and the node elsewhere by external ways than clients outside. */
function isTaken({ keepsSource, shortcut, external, externalIPs, loadBalancerIPs, nodePort }: ServicePort): boolean {
  const reached = nodePort !== null || externalIPs.length > 0 || loadBalancerIPs.length > 0;
  const text = ({ endpoints }: ServicePort['external']) => endpoints.map(({ ip, port }) => `${ip}:${port}`).join();
  return reached && keepsSource && shortcut.verdict === 'balance' && text(shortcut) !== text(external);
}

/** The place of a service address among all that there are; null when it is in none of the ranges. */
function numberOf(address: string, serviceCidrs: readonly string[]): number | null {
  let before = 0n;
  for (const cidr of serviceCidrs) {
    if (contains(cidr, address)) return Number(before + addressOrder(address) - addressOrder(firstOf(cidr)));
    before += sizeOf(cidr);
  }
  return null;
}

/** The number with a 0 put in at the place of a bit. */
function around(number: number, bit: number): number {
  const low = number % bit;
  return low + (number - low) * 2;
}

/**
 * The mark that leads packets of pods and of the node by external ways to all endpoints of a port, whose packets from outside only reach this node's; null where
 * both go the same way. IPVS looks for a service by mark first, and does not see sources. Marks are told from the service address, which no two
 * services share, and are odd for datagrams (see carriesDatagrams).
 */
export function shortCutOf(port: ServicePort, index: number, { serviceCidrs, masqueradeMark }: IpvsSurroundings): number | null {
  if (!isTaken(port)) return null;
  const service = numberOf(port.clusterIP, serviceCidrs);
  const number = service === null ? ROOM : service * PORTS + index;
  if (number >= ROOM) return null;
  return shortCutBit(masqueradeMark) + around(number * 2 + (port.protocol === 'udp' ? 1 : 0), masqueradeMark);
}
