import { EVERY_CLIENT, type IpvsDestination, type IpvsFrontend, type IpvsService } from '@weft/kernel';
import type { Destination } from '../../services/destinations.ts';
import type { ServicePort } from '../../services/service-ports.ts';
import { SchedulerUnknown } from '../iptables/schedule.ts';

/** A scheduler that finds nobody at the place a client hashes to, because that one is going, takes the next. */
const FLAGS: Readonly<Record<string, readonly string[]>> = { sh: ['sh-fallback'], mh: ['mh-fallback'] };

/** A port's scheduler, by default the one that honours weights where there is something to honour. Throws SchedulerUnknown. */
function schedulerOf({ scheduler, label }: ServicePort, { endpoints }: Destination): string {
  if (scheduler === 'random') throw new SchedulerUnknown(`${label}: IPVS draws no lots`);
  if (scheduler !== null) return scheduler;
  return endpoints.some(({ weight }) => weight !== endpoints[0]?.weight) ? 'wrr' : 'rr';
}

function destinationsOf({ endpoints }: Destination): IpvsDestination[] {
  return endpoints
    .map(({ ip, port, weight }): [string, IpvsDestination] => [`${ip}:${port}`, { ip, port, weight, forwarding: 'masq' }])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, destination]) => destination);
}

/**
 * A port's virtual service. With nobody behind it it is there too: the connections of endpoints that have gone end with their virtual service. Throws
 * SchedulerUnknown.
 */
export function virtualService(frontend: IpvsFrontend, port: ServicePort, to: Destination): IpvsService {
  const scheduler = schedulerOf(port, to);
  const { affinity } = port;
  return {
    frontend,
    scheduler,
    flags: FLAGS[scheduler] ?? [],
    persistence: affinity === null ? null : { timeoutSeconds: affinity.timeoutSeconds, netmask: EVERY_CLIENT },
    destinations: destinationsOf(to),
  };
}
