import {
  type ClusterNetwork,
  DEFAULT_NETWORK,
  type DesiredEndpoint,
  type DesiredNode,
  type DesiredPod,
  type DesiredService,
  type DesiredServicePort,
  type DesiredState,
  makeId,
  PLAIN_TRAFFIC,
} from '@weft/model';

/**
 * A small fleet with a fixed address plan, for tests that need a desired state to read like a sentence. Node 1 is the node that the state is made for: its host
 * address is 192.0.2.1/24, its pods are 100.64.1.x. Nodes 2 and 3 are 192.0.2.2 and 192.0.2.3 with 100.64.2.x and 100.64.3.x. Services are 198.19.0.x.
 */
export const plan = {
  /** The address of a node's host, without prefix length. */
  host: (node: number) => `192.0.2.${node}`,
  /** The address of pod `pod` of a node. */
  pod: (node: number, pod: number) => `100.64.${node}.${pod + 1}`,
  /** The range that a node's pods have their addresses from. */
  block: (node: number) => `100.64.${node}.0/24`,
  /** The address of service number `service`. */
  service: (service: number) => `198.19.0.${service}`,
  /** A client that is no node and no pod. */
  outside: '203.0.113.9',
} as const;

/** Node number `node` of the plan. */
export function node(number: number, changes: Partial<DesiredNode> = {}): DesiredNode {
  return {
    id: makeId('node', String(number)),
    revision: 1,
    name: `node-${number}`,
    zone: null,
    backend: 'nftables',
    podLink: 'bridge',
    overlay: null,
    address: `${plan.host(number)}/24`,
    mtu: 1500,
    podBlocks: [plan.block(number)],
    nodePortAddresses: [],
    strictArp: false,
    ...changes,
  };
}

/** Pod number `number` of node 1: the only node whose pods a state holds. */
export function pod(number: number, changes: Partial<DesiredPod> = {}): DesiredPod {
  return {
    id: makeId('pod', String(number)),
    revision: 1,
    name: `pod-${number}`,
    namespace: 'default',
    ip: plan.pod(1, number),
    ports: [],
    readinessProbe: null,
    runtime: { type: 'none' },
    ...changes,
  };
}

/** An endpoint `address:port`, port 8080 when it has none; ready, of weight 1, and on the node whose block of the plan it is in. */
export function endpoint(text: string, changes: Partial<DesiredEndpoint> = {}): DesiredEndpoint {
  const [ip = '', port] = text.split(':');
  const [, number] = /^100\.64\.([123])\./.exec(ip) ?? [];
  return { ip, port: Number(port ?? 8080), node: number ? makeId('node', number) : null, weight: 1, terminating: false, ...changes };
}

/** A service port, as `tcp(80, [endpoint, …])` makes it. */
export type PortChanges = Partial<Omit<DesiredServicePort, 'port' | 'protocol' | 'endpoints'>>;

const portOf =
  (protocol: DesiredServicePort['protocol']) =>
  (port: number, endpoints: readonly (string | DesiredEndpoint)[], changes: PortChanges = {}): DesiredServicePort => ({
    name: null,
    protocol,
    port,
    nodePort: null,
    ...changes,
    endpoints: endpoints.map((one) => (typeof one === 'string' ? endpoint(one) : one)),
  });

/** A TCP port of a service. */
export const tcp = portOf('TCP');

/** A UDP port of a service. */
export const udp = portOf('UDP');

/** An SCTP port of a service. */
export const sctp = portOf('SCTP');

/** Service number `number` of the plan. */
export function service(number: number, ports: readonly DesiredServicePort[], changes: Partial<DesiredService> = {}): DesiredService {
  return {
    id: makeId('service', String(number)),
    revision: 1,
    name: `service-${number}`,
    namespace: 'default',
    clusterIP: plan.service(number),
    ...PLAIN_TRAFFIC,
    ports: [...ports],
    ...changes,
  };
}

/** What a state is made of; nodes 1 to 3 and no pods when nothing else is said. */
export interface StateParts {
  readonly services?: readonly DesiredService[];
  readonly pods?: readonly DesiredPod[];
  readonly nodes?: readonly DesiredNode[];
  readonly cluster?: Partial<ClusterNetwork>;
}

/** A desired state as node 1 gets it. */
export function desired({ services = [], pods = [], nodes = [node(1), node(2), node(3)], cluster = {} }: StateParts): DesiredState {
  return { epoch: 'epoch-1', revision: 1, cluster: { ...DEFAULT_NETWORK, ...cluster }, nodes, pods, services };
}
