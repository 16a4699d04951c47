import type { DesiredEndpoint, DesiredService, DesiredServicePort, ServicePort, ServiceTraffic } from '@weft/model';

/** An endpoint as the view `desired_endpoint` gives it. */
export interface RecordedEndpoint extends DesiredEndpoint {
  /** Empty for the only port of a service, which needs no name. */
  readonly portName: string;
}

/** A service as the view `desired_service` gives it. */
export interface RecordedService {
  readonly body: Omit<DesiredService, 'ports' | keyof ServiceTraffic> & {
    readonly ports: readonly ServicePort[];
    readonly traffic: ServiceTraffic;
  };
  /** Ordered by address, then port. */
  readonly endpoints: readonly RecordedEndpoint[];
}

function desiredPort({ name, protocol, port, nodePort }: ServicePort, all: readonly RecordedEndpoint[]): DesiredServicePort {
  const endpoints = all.flatMap(({ portName, ...endpoint }) => (portName === (name ?? '') ? [endpoint] : []));
  return { name, protocol, port, nodePort, endpoints };
}

/** A service as nodes get it: its endpoints with the ports they are behind. */
export function desiredService({ body: { ports, traffic, ...service }, endpoints }: RecordedService): DesiredService {
  return { ...service, ...traffic, ports: ports.map((port) => desiredPort(port, endpoints)) };
}
