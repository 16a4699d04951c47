import type { Destination } from '../../services/destinations.ts';
import type { ServicePort } from '../../services/service-ports.ts';
import { labelled } from './element.ts';
import { PORTALS, type Portal } from './portals.ts';

/**
 * Whose packets get this node's source address, so that answers come back through it: everybody's; those of the node itself, as it must not
 * speak to endpoints by an address of another link; or nobody's on account of this way in.
 */
export type Masquerading = 'everybody' | 'node' | 'nobody';

/** Something by which a service port is reached. */
export interface Frontend {
  readonly portal: Portal;
  readonly key: string;
  /** The key that says whose it is: one text for all elements that have it, as of ten thousand services it is kept several times over. */
  readonly labelled: string;
  readonly to: Destination;
  readonly masquerading: Masquerading;
}

/** The addresses of a port besides the service's own. */
function externalAddresses({ externalIPs, loadBalancerIPs }: ServicePort): string[] {
  return externalIPs.length + loadBalancerIPs.length === 0 ? [] : [...new Set([...externalIPs, ...loadBalancerIPs])];
}

/** The key of a port at one of its addresses. */
export function addressKey(address: string, { protocol, port }: Pick<ServicePort, 'protocol' | 'port'>): string {
  return `${address} . ${protocol} . ${port}`;
}

/** The key of a port's node port; null when it has none. */
function nodePortKey({ protocol, nodePort }: Pick<ServicePort, 'protocol' | 'nodePort'>): string | null {
  return nodePort === null ? null : `${protocol} . ${nodePort}`;
}

/**
 * Everything by which a port is reached. By its service's address packets keep their source, as far as the frame's rules let them. By the others everybody is
 * masqueraded, lest a client get its answer from an endpoint that it never spoke to; under policy Local, clients outside meet only endpoints
 * of this node, which answer through it, and pods answer each other directly, so only the node itself is.
 */
function frontends(port: ServicePort): Frontend[] {
  const { internal, external, shortcut, keepsSource, label } = port;
  const keyed = (key: string) => ({ key, labelled: labelled(key, label) });
  const own: Frontend = { portal: PORTALS.service, ...keyed(addressKey(port.clusterIP, port)), to: internal, masquerading: 'nobody' };
  const addresses = externalAddresses(port).map((address) => keyed(addressKey(address, port)));
  const nodePortText = nodePortKey(port);
  const nodePort = nodePortText === null ? null : keyed(nodePortText);
  const others = (byAddress: Portal, byPort: Portal, to: Destination, masquerading: Masquerading): Frontend[] => [
    ...addresses.map((key) => ({ portal: byAddress, ...key, to, masquerading })),
    ...(nodePort === null ? [] : [{ portal: byPort, ...nodePort, to, masquerading }]),
  ];
  if (addresses.length === 0 && nodePort === null) return [own];
  return [
    own,
    ...others(PORTALS.service, PORTALS.nodePort, shortcut, keepsSource ? 'node' : 'everybody'),
    ...(keepsSource ? others(PORTALS.outsideService, PORTALS.outsideNodePort, external, 'nobody') : []),
  ];
}

/** A port with everything by which it is reached. */
export interface ReachedPort extends ServicePort {
  readonly frontends: readonly Frontend[];
}

/** A port with everything by which it is reached. */
export function reached(port: ServicePort): ReachedPort {
  return { ...port, frontends: frontends(port) };
}
