import {
  type Endpoint,
  type EndpointCreate,
  type LeaseRenewal,
  type Namespace,
  type Node,
  type NodeFacts,
  type NodeReport,
  PLAIN_TRAFFIC,
  type Pod,
  type PodCreate,
  PROTOCOL,
  type Service,
  type ServiceCreate,
  type SessionOpen,
} from '@weft/model';
import type { z } from 'zod';

const system = <K extends string>(id: K, revision: number) => ({
  id,
  generation: 1,
  revision,
  createdAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:00.000Z',
});

const applied = { desired: 3, applied: 3, failed: 0, stale: 0, frozen: 0, waitingFor: [] };

export const FACTS: NodeFacts = {
  address: '192.0.2.11/24',
  mtu: 1500,
  executorVersion: '0.1.0',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: '6.1.0-39-amd64',
  backends: ['nftables', 'iptables'],
  tools: { nft: '1.0.6', iptables: '1.8.9' },
  problems: [],
};

export const NAMESPACE: Namespace = { name: 'shop', labels: {}, ...system('ns_01k8', 4) };

export const NODE: Node = {
  name: 'node-a',
  labels: {},
  zone: 'rack-1',
  backend: 'nftables',
  podLink: 'bridge',
  nodePortAddresses: ['primary'],
  strictArp: false,
  cordoned: false,
  frozen: false,
  driftPolicy: 'repair',
  address: '192.0.2.11/24',
  podBlocks: ['100.64.0.0/24'],
  ...system('node_01k8', 2),
  status: {
    phase: 'Ready',
    conditions: [],
    desiredRevision: 9,
    appliedRevision: 9,
    configHash: '9f2c0f1d',
    capabilities: FACTS,
    lastSeenAt: '2026-11-21T08:00:09.000Z',
    drain: null,
    credentialExpiresAt: '2026-11-22T08:00:00.000Z',
  },
};

export const POD_CREATE: z.input<typeof PodCreate> = {
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  ports: [{ name: 'http', containerPort: 8080 }],
  runtime: { type: 'echo' },
  terminationGracePeriodSeconds: 30,
};

export const POD: Pod = {
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  node: 'node-a',
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  readinessProbe: null,
  runtime: { type: 'echo' },
  weight: 1,
  terminationGracePeriodSeconds: 30,
  ip: '100.64.0.2',
  mac: '0a:58:64:40:00:02',
  ...system('pod_01k8', 6),
  status: { phase: 'Running', terminatesAt: null, ready: true, conditions: [], netns: 'wf-pod-01k8', interface: 'wf0a1b2c3d4e5f' },
};

export const TERMINATING_POD: Pod = {
  ...POD,
  generation: 2,
  revision: 12,
  status: { ...POD.status, phase: 'Terminating', terminatesAt: '2026-11-21T08:00:30.000Z' },
};

export const SERVICE_CREATE: z.input<typeof ServiceCreate> = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  type: 'NodePort',
  ports: [{ port: 80, targetPort: 'http' }],
  externalTrafficPolicy: 'Local',
};

export const SERVICE: Service = {
  name: 'web',
  namespace: 'shop',
  labels: {},
  type: 'NodePort',
  selector: { app: 'web' },
  clusterIP: '198.19.0.2',
  externalName: null,
  ports: [{ name: null, protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 31380 }],
  ...PLAIN_TRAFFIC,
  externalTrafficPolicy: 'Local',
  publishNotReadyAddresses: false,
  allocateLoadBalancerNodePorts: true,
  ...system('svc_01k8', 8),
  status: { phase: 'Programmed', conditions: [], endpoints: { ready: 1, total: 1 }, nodes: applied },
};

export const ENDPOINT_CREATE: z.input<typeof EndpointCreate> = {
  service: 'billing',
  namespace: 'shop',
  ip: '203.0.113.9',
  port: 8443,
  weight: 3,
};

export const ENDPOINT: Endpoint = {
  service: 'billing',
  namespace: 'shop',
  portName: null,
  ip: '203.0.113.9',
  port: 8443,
  node: null,
  pod: null,
  weight: 3,
  conditions: { ready: true, serving: true, terminating: false },
  withdrawn: null,
  ...system('ep_01k8', 9),
};

export const SESSION_OPEN: SessionOpen = { protocol: PROTOCOL, facts: FACTS };

export const LEASE_RENEWAL: LeaseRenewal = { session: '5d0c1f8a' };

export const REPORT: NodeReport = {
  session: '5d0c1f8a',
  epoch: '8b0d7a52',
  appliedRevision: 9,
  frozen: false,
  configHash: '9f2c0f1d',
  failure: null,
  pods: [],
  receipts: [],
};
