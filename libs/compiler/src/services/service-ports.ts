import type { DesiredService, DesiredState, ServiceTraffic } from '@weft/model';
import { type Destinations, destinations } from './destinations.ts';
import type { Place } from './place.ts';

/** How long and how widely a client stays with its endpoint. */
export interface Affinity {
  readonly timeoutSeconds: number;
  readonly scope: ServiceTraffic['sessionAffinityScope'];
}

/** One port of one service, as backends see it: what packets are matched by and where they may go. */
export interface ServicePort extends Destinations {
  /** `namespace/name:port`, for people who read rules. */
  readonly label: string;
  readonly serviceId: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  /** Who may use the load balancer addresses; empty: everybody. */
  readonly sourceRanges: readonly string[];
  readonly nodePort: number | null;
  readonly affinity: Affinity | null;
  /** Null: the backend's own. */
  readonly scheduler: ServiceTraffic['scheduler'];
  /** True when clients outside reach only this node's endpoints by external ways, and are seen by them with their own address. */
  readonly keepsSource: boolean;
}

const LOWER = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

/** How services are called and ordered in rules: `namespace/name`. */
export function serviceLabel(service: { readonly namespace: string; readonly name: string }): string {
  return `${service.namespace}/${service.name}`;
}

/** How a service port is called in rules: `namespace/name:port`, by its name where it has one. */
export function portLabel(
  service: Pick<DesiredService, 'namespace' | 'name'>,
  { name, port }: Pick<DesiredService['ports'][number], 'name' | 'port'>,
): string {
  return `${serviceLabel(service)}:${name ?? port}`;
}

/** Services by label, whatever order they came in, so that equal states give equal rules. */
export function orderedServices(desired: Pick<DesiredState, 'services'>): readonly DesiredService[] {
  const labelled = desired.services.map((service) => ({ label: serviceLabel(service), service }));
  return labelled.sort((a, b) => (a.label < b.label ? -1 : 1)).map(({ service }) => service);
}

/** The ports of one service on one node, by number, then protocol. Depends on nothing but the two. */
export function portsOf(service: DesiredService, place: Place): ServicePort[] {
  const { sessionAffinity, sessionAffinityTimeoutSeconds: timeoutSeconds, sessionAffinityScope: scope } = service;
  return service.ports
    .map(({ name, protocol, port, nodePort, endpoints }) => ({
      label: portLabel(service, { name, port }),
      serviceId: service.id,
      protocol: LOWER[protocol],
      port,
      clusterIP: service.clusterIP,
      externalIPs: service.externalIPs,
      loadBalancerIPs: service.loadBalancerIPs,
      sourceRanges: service.loadBalancerSourceRanges,
      nodePort,
      affinity: sessionAffinity === 'None' ? null : { timeoutSeconds, scope },
      scheduler: service.scheduler,
      keepsSource: service.externalTrafficPolicy === 'Local',
      ...destinations(endpoints, service, place),
    }))
    .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}
