import { contains, type DesiredEndpoint, type DesiredNode, type DesiredService, type DesiredState } from '@weft/model';
import { type Packet, type PacketNode } from '../../src/packets/index.ts';
import type { Destination } from '../../src/services/destinations.ts';
import { placeOf } from '../../src/services/place.ts';
import { portsOf, type ServicePort } from '../../src/services/service-ports.ts';
import { type Candidate, type Trace } from '../packets/trace.ts';

type Sender = 'node' | 'pod' | 'outside';
type Way = 'internal' | 'external' | 'load balancer';

const within = (ranges: readonly string[], address: string) => ranges.some((range) => contains(range, address));

function senderOf({ from, source }: Packet, { cluster }: DesiredState): Sender {
  if (from === 'node') return 'node';
  return within(cluster.podCidrs, source) ? 'pod' : 'outside';
}

const isExternal = ({ externalIPs, loadBalancerIPs }: DesiredService, address: string) =>
  externalIPs.includes(address) || loadBalancerIPs.includes(address);

function answersNodePorts({ nodePortAddresses, address }: DesiredNode, destination: string): boolean {
  const primary = address?.split('/')[0];
  const at = (where: string) => (where === 'primary' ? destination === primary : contains(where, destination));
  return nodePortAddresses.length === 0 || nodePortAddresses.some(at);
}

/** By which way a packet comes to a service port; null when it is not for it. */
function wayTo(port: ServicePort, packet: Packet, node: DesiredNode, { addresses }: PacketNode): Way | null {
  const { protocol, destination, port: at } = packet;
  if (protocol !== port.protocol) return null;
  if (at === port.port && destination === port.clusterIP) return 'internal';
  if (at === port.port && port.externalIPs.includes(destination)) return 'external';
  if (at === port.port && port.loadBalancerIPs.includes(destination)) return 'load balancer';
  return at === port.nodePort && addresses.includes(destination) && answersNodePorts(node, destination) ? 'external' : null;
}

/** Weights as they count for the scheduler; who is remembered has all. */
function weightsOf(endpoints: readonly DesiredEndpoint[], { affinity, scheduler }: ServicePort, wasWith: string | undefined): number[] {
  const same = ({ ip, port }: DesiredEndpoint) =>
    affinity?.scope === 'Service' ? ip === wasWith?.split(':')[0] : `${ip}:${port}` === wasWith;
  const known = affinity === null ? undefined : endpoints.find(same);
  return endpoints.map((one) => (known === undefined ? (scheduler === 'rr' ? 1 : one.weight) : Number(one === known)));
}

/**
 * What must become of a packet at a node: the matrix of who is masqueraded by which way, the verdicts of ways that lead nowhere, and shares by weight. Written
 * without regard to any backend, as people would be told; but for what IPVS cannot help: a node has external addresses itself and refuses their other ports.
 */
export function expected(state: DesiredState, node: DesiredNode, traced: PacketNode): (packet: Packet) => Trace {
  const { cluster } = state;
  const ports = state.services.flatMap((service) => portsOf(service, placeOf(state, node)));
  const leavesTheFleet = (source: string, to: string) =>
    within(cluster.podCidrs, source) && !within([...cluster.podCidrs, ...cluster.serviceCidrs, '224.0.0.0/4'], to);

  function sent(port: ServicePort, { endpoints }: Destination, packet: Packet, masquerade: boolean): Trace {
    const weights = weightsOf(endpoints, port, packet.wasWith);
    const sum = weights.reduce((a, b) => a + b, 0);
    const candidates = endpoints.map(
      ({ ip, port: at }, index): Candidate => ({
        ip,
        port: at,
        share: Number(((weights[index] ?? 0) / sum).toFixed(6)),
        masquerade: masquerade || ip === packet.source || leavesTheFleet(packet.source, ip),
      }),
    );
    return { verdict: 'dnat', candidates: candidates.filter(({ share }) => share > 0) };
  }

  function refused({ protocol }: Packet): Trace {
    return { verdict: 'reject', with: protocol === 'tcp' ? 'tcp-reset' : 'icmp-port-unreachable' };
  }

  function atPort(port: ServicePort, way: Way, packet: Packet): Trace {
    const sender = senderOf(packet, state);
    const { sourceRanges } = port;
    if (way === 'load balancer' && sourceRanges.length > 0 && !within(sourceRanges, packet.source)) return { verdict: 'drop' };
    const to = way === 'internal' ? port.internal : sender === 'outside' ? port.external : port.shortcut;
    if (to.verdict !== 'balance') return to.verdict === 'drop' ? { verdict: 'drop' } : refused(packet);
    const masquerade = way !== 'internal' && !port.keepsSource ? true : sender === 'node' || (sender === 'outside' && way === 'internal');
    return sent(port, to, packet, masquerade);
  }

  return (packet) => {
    for (const port of ports) {
      const way = wayTo(port, packet, node, traced);
      if (way !== null) return atPort(port, way, packet);
    }
    const { destination } = packet;
    const ours = traced.addresses.includes(destination) || destination.startsWith('127.');
    if (state.services.some(({ clusterIP }) => clusterIP === destination)) return refused(packet);
    if (within(cluster.serviceCidrs, destination)) return { verdict: 'drop' };
    if (node.backend === 'ipvs' && !ours && state.services.some((service) => isExternal(service, destination))) return refused(packet);
    return { verdict: 'accept', masquerade: !ours && leavesTheFleet(packet.source, destination) };
  };
}
