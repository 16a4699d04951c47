import type { Node, Pod, Service } from '../api/fleet-api.ts';

/** One node in the overview. */
export interface NodeLine {
  readonly name: string;
  readonly phase: string;
  readonly backend: string;
  /** No pod is placed there by itself: it is cordoned or drained. */
  readonly cordoned: boolean;
  readonly podLink: string;
  readonly address: string | null;
  readonly podBlocks: readonly string[];
  readonly pods: number;
  readonly desiredRevision: number;
  readonly appliedRevision: number;
  readonly lastSeenAt: string | null;
  /** Why it is not Ready, and what is wrong with its host; empty when all is well. */
  readonly why: string;
}

/** Something that was asked for and is not so yet. */
export interface NotLive {
  readonly kind: 'service' | 'pod';
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly why: string;
}

/** The fleet as `weft status` shows it. */
export interface FleetStatus {
  readonly nodes: readonly NodeLine[];
  readonly pods: { readonly ready: number; readonly total: number };
  readonly services: { readonly live: number; readonly total: number };
  readonly notLive: readonly NotLive[];
}

/** Makes the overview of what the API says. */
export function fleetStatus(nodes: readonly Node[], services: readonly Service[], pods: readonly Pod[]): FleetStatus {
  const waitingServices = services.filter((service) => service.status.phase !== 'Programmed').map(serviceNotLive);
  const waitingPods = pods.filter((pod) => !pod.status.ready).map(podNotLive);
  return {
    nodes: nodes.map((node) => nodeLine(node, pods)).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    pods: { ready: pods.length - waitingPods.length, total: pods.length },
    services: { live: services.length - waitingServices.length, total: services.length },
    notLive: [...waitingServices, ...waitingPods],
  };
}

/** A condition worth a word: the node is not Ready, or has a problem, which is a condition of its own kind (`PoolConflict`) that is True. */
const speaksAgainst = ({ type, status, message }: Node['status']['conditions'][number]): boolean =>
  message !== '' && (type === 'Ready') === (status !== 'True');

function nodeLine(node: Node, pods: readonly Pod[]): NodeLine {
  const { name, backend, cordoned, podLink, address, podBlocks, status } = node;
  const { phase, desiredRevision, appliedRevision, lastSeenAt } = status;
  const why = status.conditions.filter(speaksAgainst).map(({ message }) => message);
  const own = pods.filter((pod) => pod.node === name).length;
  return {
    name,
    phase,
    backend,
    cordoned,
    podLink,
    address,
    podBlocks,
    pods: own,
    desiredRevision,
    appliedRevision,
    lastSeenAt,
    why: why.join('; '),
  };
}

function serviceNotLive({ namespace, name, status }: Service): NotLive {
  const { phase, nodes } = status;
  const more = nodes.stale + nodes.failed - nodes.waitingFor.length;
  const names = [...nodes.waitingFor, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const why = `on ${nodes.applied} of ${nodes.desired} nodes${names === '' ? '' : `, waiting for ${names}`}`;
  return { kind: 'service', namespace, name, phase, why };
}

function podNotLive({ namespace, name, node, status }: Pod): NotLive {
  const said = status.conditions.find((condition) => condition.status !== 'True' && condition.message !== '')?.message;
  return { kind: 'pod', namespace, name, phase: status.phase, why: `on ${node}: ${said ?? 'not ready'}` };
}
