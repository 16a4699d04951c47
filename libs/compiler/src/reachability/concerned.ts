import { contains, type DesiredNode, type DesiredService, type DesiredState, type WirePacket } from '@weft/model';
import { hostOf } from '../network/peers.ts';

/** Where a packet may be led: an address and port, of which a service may be asked again. */
type Target = Pick<WirePacket, 'destination' | 'port'>;

const addressesOf = ({ clusterIP, externalIPs, loadBalancerIPs }: DesiredService) => [clusterIP, ...externalIPs, ...loadBalancerIPs];

const answers = (service: DesiredService, { destination, port }: Target) =>
  addressesOf(service).includes(destination) || service.ports.some(({ nodePort }) => nodePort === port);

const has = ({ address, podBlocks }: DesiredNode, ip: string) =>
  (address !== null && hostOf(address) === ip) || podBlocks.some((block) => contains(block, ip));

/** The services that can have to do with a packet: those that it is for, and those that their endpoints are for. */
function servicesFor(services: readonly DesiredService[], first: Target): DesiredService[] {
  const found = new Set<DesiredService>();
  const targets: Target[] = [first];
  for (const target of targets) {
    for (const service of services.filter((one) => !found.has(one) && answers(one, target))) {
      found.add(service);
      targets.push(...service.ports.flatMap(({ endpoints }) => endpoints.map(({ ip, port }) => ({ destination: ip, port }))));
    }
  }
  return services.filter((service) => found.has(service));
}

/**
 * The part of a state that can have to do with a packet, so that what it comes to costs what the packet meets and not what there is: what becomes of a packet is for
 * services that have one of its addresses or ports to say. On iptables, where services share chains, it may meet a jump more in the whole. `nodes` are those that it is known
 * to cross, by id.
 */
export function concerned(state: DesiredState, packet: WirePacket, nodes: readonly string[]): DesiredState {
  const services = servicesFor(state.services, packet);
  const endpoints = services.flatMap((service) => service.ports.flatMap((port) => port.endpoints));
  const addresses = new Set([packet.destination, ...(packet.source === null ? [] : [packet.source]), ...endpoints.map(({ ip }) => ip)]);
  const named = new Set([...nodes, ...endpoints.map(({ node }) => node)]);
  return { ...state, services, nodes: state.nodes.filter((node) => named.has(node.id) || [...addresses].some((ip) => has(node, ip))) };
}
