import type { DesiredEndpoint, DesiredState } from '@weft/model';

/** One port of one service, as backends see it: what packets are matched by and where they may go. */
export interface ServicePort {
  /** `namespace/name:port`, for people who read rules. */
  readonly label: string;
  readonly serviceId: string;
  readonly clusterIP: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly nodePort: number | null;
  readonly endpoints: readonly DesiredEndpoint[];
}

const LOWER = { TCP: 'tcp', UDP: 'udp' } as const;

/** How services are called and ordered in rules: `namespace/name`. */
export function serviceLabel(service: { readonly namespace: string; readonly name: string }): string {
  return `${service.namespace}/${service.name}`;
}

/** Services by label, whatever order they came in, so that equal states give equal rules. */
export function orderedServices(desired: DesiredState): DesiredState['services'] {
  const labelled = desired.services.map((service) => ({ label: serviceLabel(service), service }));
  return labelled.sort((a, b) => (a.label < b.label ? -1 : 1)).map(({ service }) => service);
}

/** Every port of every service, by label, then port, then protocol. */
export function servicePorts(desired: DesiredState): ServicePort[] {
  return orderedServices(desired).flatMap((service) =>
    service.ports
      .map(({ name, protocol, port, nodePort, endpoints }) => ({
        label: `${serviceLabel(service)}:${name ?? port}`,
        serviceId: service.id,
        clusterIP: service.clusterIP,
        protocol: LOWER[protocol],
        port,
        nodePort,
        endpoints,
      }))
      .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1)),
  );
}

/** Addresses of this node's pods that are endpoints of a service: those that can meet themselves behind it. */
export function ownEndpoints(desired: DesiredState): Set<string> {
  const own = new Set(desired.pods.map((pod) => pod.ip));
  const found = new Set<string>();
  for (const service of desired.services)
    for (const port of service.ports) for (const { ip } of port.endpoints) if (own.has(ip)) found.add(ip);
  return found;
}
