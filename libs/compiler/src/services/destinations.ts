import type { DesiredEndpoint, DesiredService } from '@weft/model';
import type { Place } from './place.ts';

/** What becomes of a new connection to a service port: it goes to one of these endpoints, or nowhere. */
export type Destination =
  | { readonly verdict: 'balance'; readonly endpoints: readonly DesiredEndpoint[] }
  | { readonly verdict: 'reject' | 'drop'; readonly endpoints: readonly [] };

/** Where a service port leads, by the way that a packet takes to it. */
export interface Destinations {
  /** To the service's own address. */
  readonly internal: Destination;
  /** To node ports, external and load balancer addresses, from outside the node and its pods. */
  readonly external: Destination;
  /** The same from this node and from pods: never bound to this node's endpoints, for no load balancer chose the node (as in kube-proxy). */
  readonly shortcut: Destination;
}

type Policies = Pick<DesiredService, 'internalTrafficPolicy' | 'externalTrafficPolicy' | 'trafficDistribution'>;

const NOWHERE = { reject: { verdict: 'reject', endpoints: [] }, drop: { verdict: 'drop', endpoints: [] } } as const;

/** Those that are ready; when none is, those that still serve while they go (KEP-1669). */
function usable(endpoints: readonly DesiredEndpoint[]): readonly DesiredEndpoint[] {
  // As it is for most services: nothing is copied.
  if (endpoints.every(({ weight, terminating }) => weight > 0 && !terminating)) return endpoints;
  const weighty = endpoints.filter(({ weight }) => weight > 0);
  const ready = weighty.filter(({ terminating }) => !terminating);
  return ready.length > 0 ? ready : weighty;
}

/** Whether an endpoint is as near as a preference asks for; from the nearest to the farthest. */
const NEARNESS: Readonly<
  Record<NonNullable<Policies['trafficDistribution']>, readonly ((endpoint: DesiredEndpoint, place: Place) => boolean)[]>
> = {
  PreferSameNode: [sameNode, sameZone],
  PreferSameZone: [sameZone],
};

function sameNode({ node }: DesiredEndpoint, place: Place): boolean {
  return node === place.node;
}

function sameZone({ node }: DesiredEndpoint, place: Place): boolean {
  return node !== null && place.zone !== null && place.zones.get(node) === place.zone;
}

/** The nearest of the ready endpoints that a preference asks for; all when none is near, or when only terminating ones are left (KEP-3015). */
function nearest(endpoints: readonly DesiredEndpoint[], preference: Policies['trafficDistribution'], place: Place) {
  if (preference === null || endpoints.some(({ terminating }) => terminating)) return endpoints;
  const choices = NEARNESS[preference].map((near) => endpoints.filter((endpoint) => near(endpoint, place)));
  return choices.find((choice) => choice.length > 0) ?? endpoints;
}

/**
 * Where a service port leads on a node. Endpoints nowhere: refused, so that clients know at once. Endpoints somewhere but none on this node, under
 * policy Local: dropped, as another node would answer (KEP-1669, KEP-2086). An endpoint of weight 0 gets no new connection and counts as none.
 */
export function destinations(endpoints: readonly DesiredEndpoint[], policies: Policies, place: Place): Destinations {
  const anywhere = usable(endpoints);
  const cluster: Destination =
    anywhere.length > 0 ? { verdict: 'balance', endpoints: nearest(anywhere, policies.trafficDistribution, place) } : NOWHERE.reject;
  const none = anywhere.length > 0 ? NOWHERE.drop : NOWHERE.reject;
  const { internalTrafficPolicy, externalTrafficPolicy } = policies;
  // As it is for most services.
  if (internalTrafficPolicy === 'Cluster' && externalTrafficPolicy === 'Cluster')
    return { internal: cluster, external: cluster, shortcut: cluster };
  const here = usable(endpoints.filter((endpoint) => sameNode(endpoint, place)));
  const local: Destination = here.length > 0 ? { verdict: 'balance', endpoints: here } : none;
  const by = { Cluster: cluster, Local: local };
  return { internal: by[internalTrafficPolicy], external: by[externalTrafficPolicy], shortcut: cluster };
}
