import { DEFAULT_NETWORK, type DesiredNode, type DesiredPod, type DesiredService, type NodeFacts, PLAIN_TRAFFIC } from '@weft/model';

/** The node all executor tests are about: `n1` at 192.0.2.1/24 with the block 100.64.1.0/24. */
export const NODE: Omit<DesiredNode, 'revision'> = {
  id: 'node_n1',
  name: 'n1',
  zone: null,
  backend: 'nftables',
  podLink: 'bridge',
  overlay: null,
  address: '192.0.2.1/24',
  mtu: 1500,
  podBlocks: ['100.64.1.0/24'],
  nodePortAddresses: [],
  strictArp: false,
};

export const CLUSTER = DEFAULT_NETWORK;

/** Pod number `n` on the node, at 100.64.1.(10 + n), with TCP port 8080. */
export function pod(n: number, over: Partial<DesiredPod> = {}): Omit<DesiredPod, 'revision'> {
  return {
    id: `pod_p${n}`,
    name: `pod-${n}`,
    namespace: 'default',
    ip: `100.64.1.${10 + n}`,
    ports: [{ name: null, containerPort: 8080, protocol: 'TCP' }],
    readinessProbe: null,
    runtime: { type: 'none' },
    ...over,
  };
}

const endpoint = (ip: string) => ({ ip, port: 8080, node: null, weight: 1, terminating: false });

/** Service number `n` at 198.19.0.(10 + n), port 80, with one endpoint for each address given. */
export function service(n: number, endpoints: readonly string[] = []): Omit<DesiredService, 'revision'> {
  return {
    id: `svc_s${n}`,
    name: `service-${n}`,
    namespace: 'default',
    clusterIP: `198.19.0.${10 + n}`,
    ...PLAIN_TRAFFIC,
    ports: [{ name: null, protocol: 'TCP', port: 80, nodePort: null, endpoints: endpoints.map(endpoint) }],
  };
}

/** What the node's host says of itself. */
export const FACTS: NodeFacts = {
  address: '192.0.2.1/24',
  mtu: 1500,
  executorVersion: '0.1.0',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: '6.1.0',
  backends: ['nftables', 'iptables'],
  tools: {},
  problems: [],
};
