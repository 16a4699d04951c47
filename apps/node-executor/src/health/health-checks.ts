import type { DesiredService, DesiredState } from '@weft/model';

/** What is asked for at one health-check port. */
export interface HealthCheck {
  readonly namespace: string;
  readonly name: string;
  /** Endpoints of the service on this node that are ready and take new connections. */
  readonly localEndpoints: number;
}

function localEndpoints({ ports }: DesiredService, nodeId: string): number {
  const takes = ports.flatMap(({ endpoints }) =>
    endpoints.filter(({ node, terminating, weight }) => node === nodeId && !terminating && weight > 0),
  );
  return new Set(takes.map(({ ip }) => ip)).size;
}

/** True for a service whose nodes are asked for their health. */
export const hasHealthCheck = ({ healthCheckNodePort }: DesiredService) => healthCheckNodePort !== null;

/** The health checks that a node answers, by port. A pod counts once, however many ports of the service it is behind; one that is terminating does not (KEP-1669). */
export function healthChecks({ services }: Pick<DesiredState, 'services'>, nodeId: string): Map<number, HealthCheck> {
  const checks = new Map<number, HealthCheck>();
  for (const service of services) {
    const { healthCheckNodePort, namespace, name } = service;
    if (healthCheckNodePort !== null) checks.set(healthCheckNodePort, { namespace, name, localEndpoints: localEndpoints(service, nodeId) });
  }
  return checks;
}
