import { destinationKey, frontendKey, type IpvsDestination, type IpvsService } from '@weft/kernel';
import type { KnownObjects } from './known-objects.ts';
import { type Balancer, type Flight, type Landing, withMatch } from './packet.ts';

/** Those schedulers that share new connections out by weight, over all clients; the others ask only whether it is 0 (ipvsadm(8)). */
const BY_WEIGHT = ['wrr', 'wlc', 'sed', 'nq', 'sh', 'mh'];
const EVENLY = ['rr', 'lc', 'dh'];

function shareOf({ scheduler }: IpvsService): (destination: IpvsDestination) => number {
  if (BY_WEIGHT.includes(scheduler)) return ({ weight }) => weight;
  if (EVENLY.includes(scheduler)) return ({ weight }) => Math.min(weight, 1);
  throw new Error(`not a scheduler that we use: ${scheduler}`);
}

/** Those that a new connection may be led to: a client that is remembered goes where it was, if that still takes connections. */
function candidates({ destinations, persistence }: IpvsService, { wasWith }: Flight): readonly IpvsDestination[] {
  const open = destinations.filter(({ weight }) => weight > 0);
  const known = persistence === null ? undefined : open.find((destination) => destinationKey(destination) === wasWith);
  return known === undefined ? open : [known];
}

/** The kernel's own load balancer (net/netfilter/ipvs/ip_vs_core.c, ip_vs_schedule): what it does to the first packet of a connection. */
export function ipvsServices(services: readonly IpvsService[], objects: KnownObjects): Balancer {
  const byFrontend = new Map(services.map((service) => [frontendKey(service.frontend), service]));
  return (flight) => {
    const { mark, protocol, destination: address, port, share } = flight;
    const service = byFrontend.get(frontendKey({ fwmark: mark })) ?? byFrontend.get(frontendKey({ protocol, address, port }));
    if (service === undefined) return null;
    const key = frontendKey(service.frontend);
    const [object] = objects.find('ipvs-service', 'host', key);
    const hook = flight.from === 'link' ? 'input' : 'output';
    const chosen = candidates(service, flight);
    if (chosen.length === 0) return [{ flight: withMatch(flight, hook, object), end: 'icmp-port-unreachable' }];
    const weight = shareOf(service);
    const sum = chosen.reduce((all, one) => all + weight(one), 0);
    return chosen.map((one): Landing => {
      if (one.forwarding !== 'masq') throw new Error(`not a way of forwarding that we use: ${one.forwarding}`);
      const led = { destination: one.ip, port: one.port, endpoint: one.ip, translated: true, balanced: true };
      const found = objects.find('ipvs-destination', `ipvs ${key}`, destinationKey(one));
      const matched = withMatch({ ...flight, found }, hook, object);
      return { flight: { ...matched, ...led, share: (share * weight(one)) / sum }, end: 'continue' };
    });
  };
}
