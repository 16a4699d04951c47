import { type Arrival, type CrossingEnd, type CrossingStep, VXLAN_NAME } from '@weft/model';
import type { NodeView } from './node-view.ts';
import { HOST_LINK, routeStep, type Way } from './routing.ts';
import { noRouteTo, step, stop } from './step.ts';

/** What happens to a packet before the rules of the host are asked. */
export interface Entry {
  readonly steps: readonly CrossingStep[];
  readonly source: string;
  /** Where it ended already; null: it goes on to the rules. */
  readonly end: CrossingEnd | null;
}

function fromPod({ routing, links }: NodeView, netns: string, { packet, answer }: Arrival): Entry {
  const { source, destination, protocol, port } = packet;
  const pod = links.ofPod(netns);
  const says = answer ? `answers ${destination}` : `sends ${protocol} to ${destination}:${port}`;
  const start = step('start', `${source} in ${netns} ${says}`, pod?.behind);
  const entry = { steps: [start], source: source ?? '' };
  if (pod === null) return { ...entry, end: stop('unroutable', "the pod's link is not there, or down") };
  const { master } = pod.link;
  if (master !== null && !links.isUp(master)) return { ...entry, end: stop('unroutable', `${master} is not there, or down`) };
  const way = routing.to(netns, destination);
  if (way === null) return { ...entry, end: noRouteTo(destination) };
  const steps = [start, routeStep('pod', destination, way)];
  if (way.kind === 'local') return { ...entry, steps, end: { kind: 'pod', netns, listens: links.listens(netns, packet) } };
  const next = way.via ?? destination;
  const neighbour = links.neighbour(netns, next);
  if (neighbour.length > 0) return { ...entry, steps: [...steps, step('neighbour', `${next} is the node`, neighbour)], end: null };
  const answered = master !== null && (links.hostAddresses().includes(next) || links.podBehind(master, next) !== null);
  return { ...entry, steps, end: answered ? null : stop('unroutable', `nobody on the pod's link answers for ${next}`) };
}

/** The source that the kernel chooses for what the host sends: the destination itself where that is its own, else the route's, else an address of the link that it leaves by (net/ipv4/route.c). */
function chosenSource({ links, address }: NodeView, way: Way, destination: string): string {
  if (way.kind === 'local') return destination;
  return way.source ?? links.addressOn(way.device, way.via ?? destination) ?? address ?? '';
}

function fromHost(view: NodeView, { packet, answer }: Arrival): Entry {
  const { destination, protocol, port } = packet;
  const way = view.routing.to(null, destination);
  const source = packet.source ?? (way === null ? '' : chosenSource(view, way, destination));
  const says = answer ? `the host has an answer for ${destination}` : `${source} on the host sends ${protocol} to ${destination}:${port}`;
  const start = step('start', says);
  return { steps: [start], source, end: way === null ? noRouteTo(destination) : null };
}

function fromNetwork({ links }: NodeView, tunnel: boolean, { packet, answer }: Arrival): Entry {
  const { source, destination, port } = packet;
  const device = tunnel ? links.tunnel() : [];
  const what = answer ? `an answer for ${destination}` : `${source} for ${destination}:${port}`;
  const start = step('start', `${what} arrives by ${tunnel ? VXLAN_NAME : `the ${HOST_LINK}`}`, device ?? []);
  const end = device === null ? stop('dropped', `a tunnel ends here, but ${VXLAN_NAME} is not there, or down`) : null;
  return { steps: [start], source: source ?? '', end };
}

/** How a packet comes to the host, by where it is met. */
export function enter(view: NodeView, arrival: Arrival): Entry {
  const { origin } = arrival;
  if (origin.in === 'pod') return fromPod(view, origin.netns, arrival);
  return origin.in === 'host' ? fromHost(view, arrival) : fromNetwork(view, origin.tunnel, arrival);
}
