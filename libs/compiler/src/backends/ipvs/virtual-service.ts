import { EVERY_CLIENT, type IpvsDestination, type IpvsFrontend, type IpvsService } from '@weft/kernel';
import type { Scheduler } from '@weft/model';
import type { Destination } from '../../services/destinations.ts';
import type { ServicePort } from '../../services/service-ports.ts';

/** A scheduler in the kernel's words (ipvsadm(8)). */
type Scheduling = Pick<IpvsService, 'scheduler' | 'flags'>;

/**
 * Schedulers that have flags, or another name. One that finds nobody at the place a client hashes to, because that one is going, takes the next. IPVS draws no
 * lots; the port that a client's kernel draws for a connection is one, so `random` hashes that beside the client's address.
 */
const SCHEDULING: Readonly<Partial<Record<Scheduler, Scheduling>>> = {
  sh: { scheduler: 'sh', flags: ['sh-fallback'] },
  mh: { scheduler: 'mh', flags: ['mh-fallback'] },
  random: { scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] },
};

/** A port's scheduler, by default the one that honours weights where there is something to honour. */
function schedulingOf({ scheduler }: ServicePort, { endpoints }: Destination): Scheduling {
  const uneven = endpoints.some(({ weight }) => weight !== endpoints[0]?.weight);
  const name = scheduler ?? (uneven ? 'wrr' : 'rr');
  return SCHEDULING[name] ?? { scheduler: name, flags: [] };
}

function destinationsOf({ endpoints }: Destination): IpvsDestination[] {
  return endpoints
    .map(({ ip, port, weight }): [string, IpvsDestination] => [`${ip}:${port}`, { ip, port, weight, forwarding: 'masq' }])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, destination]) => destination);
}

/** A port's virtual service. With nobody behind it it is there too: the connections of endpoints that have gone end with their virtual service. */
export function virtualService(frontend: IpvsFrontend, port: ServicePort, to: Destination): IpvsService {
  const { affinity } = port;
  return {
    frontend,
    ...schedulingOf(port, to),
    persistence: affinity === null ? null : { timeoutSeconds: affinity.timeoutSeconds, netmask: EVERY_CLIENT },
    destinations: destinationsOf(to),
  };
}
