import {
  type ClusterNetwork,
  DEFAULT_NETWORK,
  type NodeFacts,
  type NodeReport,
  PLAIN_TRAFFIC,
  type PodReport,
  type SignedReceipt,
} from '@weft/model';
import { type Committed, initialise, openStore, type RequestContext, type Store } from '@weft/store';
import { freshDatabase } from '@weft/testing/servers';
import { onTestFinished } from 'vitest';

/** A cluster of its own, with as many replicas of the store as asked for. */
export interface TestCluster {
  readonly databaseUrl: string;
  readonly store: Store;
  /** All of them, `store` first: each has its own connections, as two processes have. */
  readonly replicas: readonly Store[];
}

/** A fresh, initialised database and stores on it, closed and dropped when the test is over. */
export async function testCluster(
  options: { readonly network?: Partial<ClusterNetwork>; readonly replicas?: number } = {},
): Promise<TestCluster> {
  const database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, { ...DEFAULT_NETWORK, ...options.network });
  const store = openStore({ databaseUrl: database.url });
  const others = Array.from({ length: (options.replicas ?? 1) - 1 }, () => openStore({ databaseUrl: database.url }));
  const replicas = [store, ...others];
  onTestFinished(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await database.drop();
  });
  return { databaseUrl: database.url, store, replicas };
}

let requests = 0;

/** A request of a user, with a number of its own. */
export function request(changes: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: `req-${++requests}`,
    actor: { kind: 'user', name: 'tester', tokenId: null },
    sourceAddress: '127.0.0.1',
    operation: 'test',
    idempotency: null,
    ...changes,
  };
}

/** What an executor finds on an ordinary host. */
export const FACTS: NodeFacts = {
  address: '192.0.2.1/24',
  mtu: 1500,
  executorVersion: 'test',
  podLinks: ['bridge', 'routed'],
  overlays: ['vxlan', 'direct'],
  kernel: '6.1',
  backends: ['nftables', 'iptables'],
  tools: {},
  problems: [],
};

let hosts = 0;
/** Facts of a host at an address that no other host of a test is at. */
const ownFacts = (): NodeFacts => {
  hosts += 1;
  return { ...FACTS, address: `10.0.${hosts >> 8}.${hosts & 255}/8` };
};

/** A node with an executor that speaks for it. */
export interface TestNode {
  readonly id: string;
  readonly name: string;
  readonly session: string;
  /** Says where the node stands; what is not given is as after a good apply. */
  report(changes?: Partial<NodeReport>): ReturnType<Store['agent']['report']>;
  /** Says that it has applied everything there is. */
  applyAll(): Promise<void>;
}

/** Speaks for a node that is there. */
export async function openSession(store: Store, id: string, facts: NodeFacts = ownFacts()): Promise<TestNode> {
  const { object } = await store.agent.openSession(request({ actor: { kind: 'node', name: id, tokenId: null } }), id, facts);
  const report = async (changes: Partial<NodeReport> = {}) => {
    const { epoch } = await store.cluster.get();
    const said = {
      session: object.session,
      epoch,
      appliedRevision: 0,
      frozen: false,
      configHash: null,
      failure: null,
      pods: [],
      receipts: [],
      ...changes,
    };
    return store.agent.report(request({ actor: { kind: 'node', name: object.node.name, tokenId: null } }), id, said);
  };
  return {
    id,
    name: object.node.name,
    session: object.session,
    report,
    applyAll: async () => {
      await report({ appliedRevision: (await store.cluster.get()).revision });
    },
  };
}

type NodeInput = Parameters<Store['nodes']['create']>[1];

/** A request for a node. */
export function node(name: string, changes: Partial<NodeInput> = {}): NodeInput {
  const plain = {
    labels: {},
    zone: null,
    backend: 'nftables',
    podLink: 'bridge',
    overlay: null,
    strictArp: false,
    cordoned: false,
    frozen: false,
  } as const;
  return { ...plain, driftPolicy: 'repair', nodePortAddresses: [], name, ...changes };
}

/** Adds a node and speaks for it. */
export async function addNode(
  store: Store,
  name: string,
  facts: NodeFacts = ownFacts(),
  changes: Partial<NodeInput> = {},
): Promise<TestNode> {
  const { object } = await store.nodes.create(request(), node(name, changes));
  return openSession(store, object.id, facts);
}

type PodInput = Parameters<Store['pods']['create']>[1];
type ServiceInput = Parameters<Store['services']['create']>[1];

/** A request for a pod. */
export function pod(name: string, changes: Partial<PodInput> = {}): PodInput {
  const plain = {
    namespace: 'default',
    labels: {},
    node: null,
    ip: null,
    ports: [],
    readinessProbe: null,
    runtime: { type: 'none' },
    weight: 1,
    terminationGracePeriodSeconds: 0,
  } as const;
  return { ...plain, ports: [], name, ...changes };
}

/** A request for a service on port 80, with or without a selector. */
export function service(name: string, changes: Partial<ServiceInput> = {}): ServiceInput {
  const plain = { namespace: 'default', labels: {}, type: 'ClusterIP', selector: null, clusterIP: null, externalName: null } as const;
  const options = { publishNotReadyAddresses: false, allocateLoadBalancerNodePorts: true };
  return { ...plain, ...PLAIN_TRAFFIC, ...options, ports: [port(80)], name, ...changes };
}

type EndpointInput = Parameters<Store['endpoints']['create']>[1];

/** A request for an endpoint of a service, managed by hand. */
export function endpoint(serviceName: string, ip: string, changes: Partial<EndpointInput> = {}): EndpointInput {
  const plain = { namespace: 'default', portName: null, port: 8080, node: null, ready: true, terminating: false, weight: 1 };
  return { ...plain, service: serviceName, ip, ...changes };
}

/** A TCP port of a service. */
export function port(number: number, changes: Partial<ServiceInput['ports'][number]> = {}): ServiceInput['ports'][number] {
  return { name: null, protocol: 'TCP', port: number, targetPort: null, nodePort: null, ...changes };
}

/** What a node says of a pod that is wired and ready, or not ready. */
export function podReport(id: string, ready = true): PodReport {
  return { id, phase: 'Running', ready, reason: ready ? 'Ready' : 'ProbeFailed', message: '' };
}

/** What a node says it did to bring a range of revisions into its kernel. */
export function receipt(id: string, fromRevision: number, toRevision: number): SignedReceipt {
  return {
    id: `rcpt_${id}`,
    fromRevision,
    toRevision,
    cause: 'change',
    backend: 'nftables',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1.5,
    outcome: 'applied',
    message: '',
    configHash: 'abc',
    rulesHash: null,
    leftOut: [],
    readBack: null,
    steps: [{ argv: ['nft', '-f', '-'], input: 'flush ruleset', truncated: false, exitCode: 0, durationMs: 1, stderr: '' }],
    signature: null,
  };
}

/** The objects of commits. */
export function objectsOf<T>(commits: readonly Committed<T>[]): T[] {
  return commits.map((commit) => commit.object);
}
