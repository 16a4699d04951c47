import type { Destination } from '../../services/destinations.ts';
import type { ServicePort } from '../../services/service-ports.ts';
import type { IpvsSurroundings } from './surroundings.ts';

/** An address and port at which a service port answers, and where that leads. */
export interface Frontend {
  readonly address: string;
  readonly port: number;
  readonly of: ServicePort;
  readonly way: 'internal' | 'external';
  readonly to: Destination;
  /** Who may use it; empty: everybody. */
  readonly sourceRanges: readonly string[];
}

/** `198.19.0.1,tcp:80`, the form of an element of a set. */
export function elementOf({ address, port, of }: Pick<Frontend, 'address' | 'port' | 'of'>): string {
  return `${address},${of.protocol}:${port}`;
}

/** Everything at which a port answers: the service address, external and load balancer addresses, its node port at the addresses that the node is known to have. */
export function frontendsOf(of: ServicePort, { nodePortAddresses }: IpvsSurroundings): Frontend[] {
  const { clusterIP, externalIPs, loadBalancerIPs, port, nodePort } = of;
  const external = { of, way: 'external', to: of.external, sourceRanges: [] } as const;
  // A range of everybody is no restriction, and ipset cannot hold it.
  const guarded = of.sourceRanges.some((range) => range.endsWith('/0')) ? [] : of.sourceRanges;
  return [
    { of, way: 'internal', address: clusterIP, port, to: of.internal, sourceRanges: [] },
    ...externalIPs.map((address) => ({ ...external, address, port })),
    ...loadBalancerIPs.map((address) => ({ ...external, address, port, sourceRanges: guarded })),
    ...(nodePort === null ? [] : nodePortAddresses.map((address) => ({ ...external, address, port: nodePort }))),
  ];
}
