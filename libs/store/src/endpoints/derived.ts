import {
  canonicalJson,
  type DerivedEndpoint,
  deriveEndpoints,
  type EndpointState,
  type Labels,
  type PodPort,
  type SelectablePod,
  type SelectingService,
  type ServicePort,
  useOf,
  type Withdrawal,
} from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { EndpointModel, PodModel, ServiceModel } from '../generated/models.ts';
import { labelTerms, selectorTerms } from '../read/label-terms.ts';
import { type Withdrawals, withdrawalsOf } from './withdrawals.ts';

/** An endpoint that is to be, with the node it is on. */
export interface WantedEndpoint extends Omit<DerivedEndpoint, 'podId'> {
  /** Where somebody has been told it already; else it gets one when it is written. */
  readonly id?: string;
  readonly podId: string | null;
  readonly nodeId: string | null;
}

/** What has to be done to the endpoints of one service. */
export interface EndpointDifference {
  readonly service: ServiceModel;
  readonly added: readonly WantedEndpoint[];
  readonly removed: readonly EndpointModel[];
  readonly changed: readonly ChangedEndpoint[];
}

/** An endpoint that stays, in another state. */
export interface ChangedEndpoint {
  readonly endpoint: EndpointModel;
  readonly state: EndpointState;
}

/** What deriving endpoints needs of a pod's row; a new pod has no row yet. */
export type PodColumns = Pick<
  PodModel,
  'id' | 'namespace' | 'labels' | 'ip' | 'ports' | 'weight' | 'phase' | 'ready' | 'terminatesAt' | 'nodeId'
>;

const keyOf = ({ portName, ip, port }: { readonly portName: string | null; readonly ip: string; readonly port: number }) =>
  `${portName ?? ''} ${ip} ${port}`;

/** The part of an endpoint, or of what it is to be, that is its state. */
export function stateOf({ weight, ready, serving, terminating, withdrawn }: WantedEndpoint | EndpointModel): EndpointState {
  return { weight, ready, serving, terminating, withdrawn: withdrawn as Withdrawal | null };
}

const isSameState = (one: EndpointState, other: EndpointState) => canonicalJson(one) === canonicalJson(other);

/** The difference between the endpoints a service has and those it should have. */
export function endpointDifference(
  service: ServiceModel,
  existing: readonly EndpointModel[],
  wanted: readonly WantedEndpoint[],
): EndpointDifference {
  const has = new Map(existing.map((endpoint) => [keyOf(endpoint), endpoint]));
  const wants = new Map(wanted.map((endpoint) => [keyOf(endpoint), endpoint]));
  return {
    service,
    added: [...wants].filter(([key]) => !has.has(key)).map(([, endpoint]) => endpoint),
    removed: [...has].filter(([key]) => !wants.has(key)).map(([, endpoint]) => endpoint),
    changed: [...has].flatMap(([key, endpoint]) => {
      const want = wants.get(key);
      return want === undefined || isSameState(stateOf(want), stateOf(endpoint)) ? [] : [{ endpoint, state: stateOf(want) }];
    }),
  };
}

/** True when something is to be done. */
export function differs({ added, removed, changed }: EndpointDifference): boolean {
  return added.length + removed.length + changed.length > 0;
}

/** What nodes are told of an endpoint's state (pullDesired); empty when they are not told of the endpoint. */
function toldOf(state: EndpointState): string {
  const use = useOf(state);
  return use === 'none' ? '' : `${use} ${state.weight}`;
}

/** True when nodes have to know: they balance over the endpoints of services that have an address. */
export function concernsDataplane({ service, added, removed, changed }: EndpointDifference): boolean {
  if (service.clusterIp === null) return false;
  return (
    [...added, ...removed].some((endpoint) => toldOf(stateOf(endpoint)) !== '') ||
    changed.some(({ endpoint, state }) => toldOf(stateOf(endpoint)) !== toldOf(state))
  );
}

/** What a service's endpoints are derived from. A name for something elsewhere has none. */
export function selectingService({
  type,
  selector,
  ports,
  publishNotReadyAddresses,
}: Pick<ServiceModel, 'type' | 'selector' | 'ports' | 'publishNotReadyAddresses'>): SelectingService {
  return {
    selector: type === 'ExternalName' ? null : (selector as Labels | null),
    ports: ports as ServicePort[],
    publishNotReadyAddresses,
  };
}

/** The endpoints that a service's selector gives it on these pods. */
export function wantedEndpoints(service: SelectingService, pods: readonly PodColumns[], withdrawals: Withdrawals): WantedEndpoint[] {
  const nodes = new Map(pods.map((pod) => [pod.id, pod.nodeId]));
  const selectable = pods.map(
    ({ id, labels, ip, ports, weight, phase, ready, terminatesAt, nodeId }): SelectablePod => ({
      id,
      labels: labels as Labels,
      ip,
      ports: ports as PodPort[],
      weight,
      ready,
      wired: phase === 'Running',
      terminating: terminatesAt !== null,
      withdrawn: withdrawals.get(nodeId) ?? null,
    }),
  );
  return deriveEndpoints(service, selectable).map((endpoint) => ({ ...endpoint, nodeId: nodes.get(endpoint.podId) ?? null }));
}

/** Ids of the services whose selector matches one of these pods, and of those that have endpoints of these pods. */
async function servicesOf(tables: Tables, pods: readonly PodColumns[], podIds: readonly string[]): Promise<string[]> {
  const labelled = pods.map(({ namespace, labels }) => ({ namespace, terms: labelTerms(labels as Labels) }));
  const rows = await tables.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM jsonb_to_recordset(${JSON.stringify(labelled)}::jsonb) AS pod (namespace text, terms text[])
    JOIN service s ON s.namespace = pod.namespace AND s.selector_terms <> '{}' AND s.selector_terms <@ pod.terms
    UNION SELECT service_id FROM endpoint WHERE pod_id = ANY (${podIds}::text[])`;
  return rows.map((row) => row.id);
}

/**
 * What a change of pods means for the endpoints of services: those that select a pod now and those that did. The caller holds the pods'
 * namespaces, so that no selector changes meanwhile. `gone` are ids of pods that are to be deleted; `withdrawals` is for whoever is about to change what
 * nodes do to their endpoints.
 */
export async function differencesOfPods(
  tables: Tables,
  pods: readonly PodColumns[],
  { gone = [], withdrawals }: { readonly gone?: readonly string[]; readonly withdrawals?: Withdrawals } = {},
): Promise<EndpointDifference[]> {
  const podIds = [...pods.map((pod) => pod.id), ...gone];
  const serviceIds = await servicesOf(tables, pods, podIds);
  if (serviceIds.length === 0) return [];
  const existing = await tables.endpoint.findMany({ where: { podId: { in: podIds } } });
  const services = await tables.service.findMany({ where: { id: { in: serviceIds } }, orderBy: { id: 'asc' } });
  const withdrawn = withdrawals ?? (await withdrawalsOf(tables, pods));
  return services
    .map((service) =>
      endpointDifference(
        service,
        existing.filter((endpoint) => endpoint.serviceId === service.id),
        wantedEndpoints(
          selectingService(service),
          pods.filter((pod) => pod.namespace === service.namespace),
          withdrawn,
        ),
      ),
    )
    .filter(differs);
}

/** The pods that a selector may match. */
export async function podsSelectedBy(tables: Tables, namespace: string, selector: Labels | null): Promise<PodModel[]> {
  const terms = selectorTerms(selector);
  return terms.length === 0 ? [] : tables.pod.findMany({ where: { namespace, labelTerms: { hasEvery: terms } } });
}
