import { type CrossingEnd, type CrossingStep, type KernelObject, VXLAN_NAME, type WirePacket } from '@weft/model';
import type { NodeView } from './node-view.ts';
import { HOST_LINK, routeStep, type Way } from './routing.ts';
import { noRouteTo, step, stop } from './step.ts';

/** How a packet leaves a host, or where in it it ends. */
export interface Departure {
  readonly steps: readonly CrossingStep[];
  /** The source it leaves with. */
  readonly source: string;
  readonly end: CrossingEnd;
}

type Edge = Pick<Departure, 'steps' | 'end'>;

function toNetwork(way: Way, destination: string): Edge {
  const next = way.kind === 'default' ? null : (way.via ?? destination);
  return {
    steps: [step('leave', `leaves by the ${HOST_LINK}${next === null ? '' : ` for ${next}`}`)],
    end: { kind: 'network', next, tunnel: false },
  };
}

function toTunnel({ links }: NodeView, gateway: string): Edge {
  const tunnel = links.tunnelEnd(gateway);
  if (tunnel === null) return { steps: [], end: stop('unroutable', `${VXLAN_NAME} does not know which host ${gateway} is`) };
  return {
    steps: [step('tunnel', `in VXLAN to ${tunnel.host}`, tunnel.behind)],
    end: { kind: 'network', next: tunnel.host, tunnel: true },
  };
}

function toPod({ links }: NodeView, device: string, packet: WirePacket): Edge {
  const pod = links.podBehind(device, packet.destination);
  if (pod === null) return { steps: [], end: stop('unroutable', `nobody on ${device} answers for ${packet.destination}`) };
  const { netns } = pod;
  return {
    steps: [step('deliver', `${packet.destination} is in ${netns}`, pod.behind)],
    end: { kind: 'pod', netns, listens: links.listens(netns, packet) },
  };
}

function edge(view: NodeView, way: Way, packet: WirePacket): Edge {
  const { destination } = packet;
  if (way.kind === 'local') return { steps: [step('deliver', `${destination} is an address of this host`)], end: { kind: 'host' } };
  if (way.device === HOST_LINK) return toNetwork(way, destination);
  return way.device === VXLAN_NAME ? toTunnel(view, way.via ?? destination) : toPod(view, way.device, packet);
}

/** The address that masquerading gives: one of the link that the packet leaves by, else the host's (nf_nat_masquerade.c, inet_select_addr). */
function masqueraded({ links, address }: NodeView, way: Way, destination: string): string {
  return links.addressOn(way.device, way.via ?? destination) ?? address ?? '';
}

/** The way of a packet from where the host's rules leave it; `masquerade` is the rule that wants its source to be the host's. */
export function leave(view: NodeView, packet: WirePacket & { readonly source: string }, masquerade: KernelObject | null): Departure {
  const { destination, source } = packet;
  const way = view.routing.to(null, destination);
  if (way === null) return { steps: [], source, end: noRouteTo(destination) };
  const as = masquerade === null ? source : masqueraded(view, way, destination);
  const { steps, end } = edge(view, way, packet);
  const masked = masquerade === null ? [] : [step('masquerade', `the source ${source} becomes ${as}`, [masquerade])];
  return { steps: [routeStep('host', destination, way), ...masked, ...steps], source: as, end };
}
