import { describe, expect, it } from 'vitest';
import type { Node, Pod, Service } from '../src/api/fleet-api.ts';
import { fleetStatus } from '../src/status/fleet-status.ts';
import { renderStatus } from '../src/status/render.ts';

const plain = (_style: string, text: string) => text;
const condition = (message: string) => ({
  type: 'Ready',
  status: 'False' as const,
  reason: 'Because',
  message,
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const system = { generation: 1, revision: 7, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', labels: {} };

const node = (name: string, phase: Node['status']['phase'], message = ''): Node => ({
  ...system,
  id: `node_${name}`,
  name,
  zone: null,
  backend: 'nftables',
  podLink: 'bridge',
  overlay: null,
  nodePortAddresses: [],
  strictArp: false,
  cordoned: false,
  frozen: false,
  driftPolicy: 'repair',
  address: '10.99.1.11/24',
  podBlocks: ['100.64.0.0/24'],
  status: {
    phase,
    conditions: message === '' ? [] : [condition(message)],
    desiredRevision: 7,
    appliedRevision: phase === 'Ready' ? 7 : 5,
    configHash: null,
    capabilities: null,
    lastSeenAt: null,
    credentialExpiresAt: null,
    drain: null,
  },
});

const service = (name: string, waitingFor: string[]): Service => ({
  ...system,
  id: `svc_${name}`,
  name,
  namespace: 'default',
  type: 'ClusterIP',
  selector: null,
  clusterIP: '198.19.0.1',
  externalName: null,
  ports: [],
  externalIPs: [],
  loadBalancerIPs: [],
  loadBalancerSourceRanges: [],
  sessionAffinity: 'None',
  sessionAffinityTimeoutSeconds: 10_800,
  sessionAffinityScope: 'Port',
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
  healthCheckNodePort: null,
  trafficDistribution: null,
  scheduler: null,
  publishNotReadyAddresses: false,
  allocateLoadBalancerNodePorts: true,
  status: {
    phase: waitingFor.length === 0 ? 'Programmed' : 'Pending',
    conditions: [],
    endpoints: { ready: 0, total: 0 },
    nodes: { desired: 2, applied: 2 - waitingFor.length, failed: 0, frozen: 0, stale: waitingFor.length, waitingFor },
  },
});

const pod = (name: string, on: string, ready: boolean): Pod => ({
  ...system,
  id: `pod_${name}`,
  name,
  namespace: 'default',
  node: on,
  ports: [],
  readinessProbe: null,
  runtime: { type: 'none' },
  weight: 1,
  terminationGracePeriodSeconds: 0,
  ip: '100.64.0.2',
  mac: '02:00:00:00:00:01',
  status: {
    phase: ready ? 'Running' : 'Pending',
    terminatesAt: null,
    ready,
    conditions: ready ? [] : [condition('its probe fails')],
    netns: 'n',
    interface: 'i',
  },
});

describe('fleetStatus', () => {
  const nodes = [node('node-10', 'Ready'), node('node-2', 'Lagging', 'waits for the kernel')];
  const seen = fleetStatus(nodes, [service('a', []), service('b', ['node-2'])], [pod('p', 'node-2', true), pod('q', 'node-2', false)]);

  it('says of everything that is not live why, and where', () => {
    expect(seen.notLive).toEqual([
      { kind: 'service', namespace: 'default', name: 'b', phase: 'Pending', why: 'on 1 of 2 nodes, waiting for node-2' },
      { kind: 'pod', namespace: 'default', name: 'q', phase: 'Pending', why: 'on node-2: its probe fails' },
    ]);
  });

  it('counts, and orders nodes as people count', () => {
    expect(seen).toMatchObject({ pods: { ready: 1, total: 2 }, services: { live: 1, total: 2 } });
    expect(seen.nodes.map(({ name, pods, why }) => [name, pods, why])).toEqual([
      ['node-2', 2, 'waits for the kernel'],
      ['node-10', 0, ''],
    ]);
  });

  it('tells the problem of a host that is Ready all the same', () => {
    const ready = { ...condition('it has applied everything it should'), status: 'True' as const };
    const problem = { ...condition('chain FORWARD drops'), type: 'ForwardDropped', status: 'True' as const };
    const on = node('node-1', 'Ready');
    const [line] = fleetStatus([{ ...on, status: { ...on.status, conditions: [ready, problem] } }], [], []).nodes;
    expect(line?.why).toBe('chain FORWARD drops');
  });

  it('does not say that all is well of nodes that are silent', () => {
    const lines = renderStatus(fleetStatus([node('a', 'NotReady'), node('b', 'Ready')], [], []), plain);
    expect(lines.at(-1)).toBe('everything that was asked for is live, as far as is known: 1 of 2 nodes are silent');
  });

  it('tells which nodes are cordoned', () => {
    const lines = renderStatus(fleetStatus([{ ...node('a', 'Ready'), cordoned: true }, node('b', 'Ready')], [], []), plain);
    expect(lines.slice(1, 3).map((line) => line.split(/\s+/)[1])).toEqual(['Ready,Cordoned', 'Ready']);
  });

  it('is shown as tables', () => {
    return expect(`${renderStatus(seen, plain).join('\n')}\n`).toMatchFileSnapshot('testdata/status.txt');
  });

  it('says so when there is nothing to wait for', () => {
    expect(renderStatus(fleetStatus([], [], []), plain)).toEqual([
      'no nodes',
      '',
      '0 of 0 pods ready, 0 of 0 services live',
      'everything that was asked for is live',
    ]);
  });
});
