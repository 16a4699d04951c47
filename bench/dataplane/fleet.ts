import {
  DEFAULT_NETWORK,
  type DesiredNode,
  type DesiredPod,
  type DesiredService,
  type DesiredState,
  makeId,
  PLAIN_TRAFFIC,
} from '@weft/model';

export type BenchBackend = 'nftables' | 'iptables-nft' | 'iptables-legacy' | 'ipvs';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NODES = 3;

/** Address number `n` of the pods of all nodes: 240 to a node. */
const podAddress = (n: number) => ({
  ip: `100.64.${(n % NODES) + 1}.${(Math.floor(n / NODES) % 240) + 10}`,
  node: makeId('node', String((n % NODES) + 1)),
});

/** So many endpoints, from the pod at address number `first` on; ordered by address, as the control plane sends them. */
const endpointsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...podAddress(first + i), port: 8080, weight: 1, terminating: false })).sort((a, b) =>
    a.ip < b.ip ? -1 : 1,
  );

/** Node number `number`, on the subnet of all. */
export const node = (number: number, backend: BenchBackend, revision = 1): DesiredNode => ({
  id: makeId('node', String(number)),
  revision,
  name: `node-${number}`,
  zone: null,
  backend: backend === 'nftables' || backend === 'ipvs' ? backend : 'iptables',
  podLink: 'bridge',
  overlay: null,
  address: `192.0.2.${number}/24`,
  mtu: 1500,
  podBlocks: [`100.64.${number}.0/24`],
  nodePortAddresses: [],
  strictArp: false,
});

/** The node that everything is programmed for. */
export const OWN_NODE = makeId('node', '1');

/**
 * Service number `n` with as many endpoints as drawn: 1 to 20, half of all services with 1 or 2. Of a hundred services 5 bind clients to an endpoint, 2
 * keep what comes from outside on the node, 10 have a node port.
 */
function service(n: number, random: () => number, freeNodePort: () => number): DesiredService {
  const replicas = 1 + Math.floor(20 * random() ** 4);
  const first = Math.floor(random() * 720);
  const kind = random();
  return {
    id: makeId('service', String(n)),
    revision: 1,
    name: `service-${n}`,
    namespace: 'bench',
    clusterIP: `198.19.${(n >> 8) + 1}.${n & 255}`,
    ...PLAIN_TRAFFIC,
    sessionAffinity: kind < 0.05 ? 'ClientIP' : 'None',
    externalTrafficPolicy: kind >= 0.05 && kind < 0.07 ? 'Local' : 'Cluster',
    ports: [
      {
        name: 'http',
        protocol: 'TCP',
        port: 80,
        nodePort: kind >= 0.05 && kind < 0.15 ? freeNodePort() : null,
        endpoints: endpointsFrom(first, replicas),
      },
    ],
  };
}

/** Plain service number `n` with two endpoints. */
const pair = (n: number): DesiredService => ({
  id: makeId('service', String(n)),
  revision: 1,
  name: `service-${n}`,
  namespace: 'bench',
  clusterIP: `198.19.${(n >> 8) + 1}.${n & 255}`,
  ...PLAIN_TRAFFIC,
  ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: null, endpoints: endpointsFrom(n * 2, 2) }],
});

/** The same fleet with so many plain services of two endpoints each. */
export function fleetOfPairs(backend: BenchBackend, size: number): DesiredState {
  return { ...fleet(backend, 0), services: Array.from({ length: size }, (_, n) => pair(n)) };
}

/** A fleet of three nodes with so many services, the same every time. */
export function fleet(backend: BenchBackend, size: number): DesiredState {
  const random = numbers(size);
  let nodePort = 20_000;
  const freeNodePort = () => nodePort++;
  return {
    epoch: 'bench',
    revision: 1,
    cluster: DEFAULT_NETWORK,
    nodes: Array.from({ length: NODES }, (_, i) => node(i + 1, backend)),
    pods: [],
    services: Array.from({ length: size }, (_, n) => service(n, random, freeNodePort)),
  };
}

/** Pod number `n` of the own node, as of a revision: a namespace with its link and its addresses, and nothing that runs in it. */
export function pod(n: number, revision: number): DesiredPod {
  return {
    id: makeId('pod', String(n)),
    revision,
    name: `pod-${n}`,
    namespace: 'bench',
    ip: podAddress(n * NODES).ip,
    ports: [],
    readinessProbe: null,
    runtime: { type: 'none' },
  };
}

/** A service with one of its endpoints replaced by another one, as of a revision. */
export function withOtherEndpoint(of: DesiredService, revision: number): DesiredService {
  const [port] = of.ports;
  if (port === undefined) return of;
  const taken = new Set(port.endpoints.map(({ ip }) => ip));
  let n = revision;
  while (taken.has(podAddress(n).ip)) n += 1;
  const endpoints = [...port.endpoints.slice(1), { ...podAddress(n), port: 8080, weight: 1, terminating: false }];
  return { ...of, revision, ports: [{ ...port, endpoints: endpoints.sort((a, b) => (a.ip < b.ip ? -1 : 1)) }] };
}
