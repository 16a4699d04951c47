import type { DesiredService } from '@weft/model';
import { desired, plan, pod, service, tcp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { type Packet } from '../../../src/packets/index.ts';
import { type Trace, tracer } from '../../packets/trace.ts';
import { NODE_1, senders } from '../traced.ts';
import { compiled } from './compiled.ts';

const [own, far] = [plan.pod(1, 2), plan.pod(2, 1)];
const EXTERNAL = '203.0.113.100';

type Sender = keyof typeof senders;

const asker = (services: readonly DesiredService[]) => {
  const traced = tracer({ nft: null, iptables: compiled(desired({ pods: [pod(1), pod(2)], services })) }, NODE_1);
  return (sender: Sender, to: Pick<Packet, 'destination' | 'port' | 'wasWith'>) => traced({ ...senders[sender], protocol: 'tcp', ...to });
};

/** Who answers, and whether under the node's address: `E`, `E masq`. */
function told(trace: Trace): string {
  if (trace.verdict !== 'dnat') return trace.verdict;
  return trace.candidates.map(({ ip, masquerade }) => `${ip === own ? 'own' : 'far'}${masquerade ? ' masq' : ''}`).join(', ');
}

const [internal, external] = [
  { destination: plan.service(1), port: 80 },
  { destination: EXTERNAL, port: 80 },
];
const nodePort = { destination: plan.host(1), port: 30080 };
const ways = { 'service address': internal, 'node port': nodePort, 'external address': external };

/** Endpoints are a pod here and one on another node; the pod that sends is another one of this node, lest it meet itself. */
const answersOf = (policies: Partial<DesiredService>, endpoints: readonly string[]) => {
  const ask = asker([service(1, [tcp(80, endpoints, { nodePort: 30080 })], { externalIPs: [EXTERNAL], ...policies })]);
  return (sender: Sender, way: keyof typeof ways) => told(ask(sender, ways[way]));
};

describe.each<[title: string, Partial<DesiredService>, readonly string[], Record<Sender, [string, string]>]>([
  [
    'policies Cluster',
    {},
    [own, far],
    {
      'a pod of this node': ['own, far', 'own masq, far masq'],
      'this node': ['own masq, far masq', 'own masq, far masq'],
      'this node by its bridge address': ['own masq, far masq', 'own masq, far masq'],
      'another node': ['own masq, far masq', 'own masq, far masq'],
      'a client outside': ['own masq, far masq', 'own masq, far masq'],
    },
  ],
  [
    'external policy Local',
    { externalTrafficPolicy: 'Local' },
    [own, far],
    {
      'a pod of this node': ['own, far', 'own, far'],
      'this node': ['own masq, far masq', 'own masq, far masq'],
      'this node by its bridge address': ['own masq, far masq', 'own masq, far masq'],
      'another node': ['own masq, far masq', 'own'],
      'a client outside': ['own masq, far masq', 'own'],
    },
  ],
  [
    'internal policy Local',
    { internalTrafficPolicy: 'Local' },
    [own, far],
    {
      'a pod of this node': ['own', 'own masq, far masq'],
      'this node': ['own masq', 'own masq, far masq'],
      'this node by its bridge address': ['own masq', 'own masq, far masq'],
      'another node': ['own masq', 'own masq, far masq'],
      'a client outside': ['own masq', 'own masq, far masq'],
    },
  ],
  [
    'policies Local without endpoints on this node',
    { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
    [far],
    {
      'a pod of this node': ['drop', 'far'],
      'this node': ['drop', 'far masq'],
      'this node by its bridge address': ['drop', 'far masq'],
      'another node': ['drop', 'drop'],
      'a client outside': ['drop', 'drop'],
    },
  ],
  [
    'policies Local without endpoints anywhere',
    { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
    [],
    {
      'a pod of this node': ['reject', 'reject'],
      'this node': ['reject', 'reject'],
      'this node by its bridge address': ['reject', 'reject'],
      'another node': ['reject', 'reject'],
      'a client outside': ['reject', 'reject'],
    },
  ],
])('%s', (_, policies, endpoints, rows) => {
  const answer = answersOf(policies, endpoints);
  test.each(Object.entries(rows) as [Sender, [string, string]][])('from %s', (sender, [byAddress, byOthers]) => {
    expect(answer(sender, 'service address')).toBe(byAddress);
    expect(answer(sender, 'node port')).toBe(byOthers);
    expect(answer(sender, 'external address')).toBe(byOthers);
  });
});

describe('a client that was with an endpoint behind one port of a service', () => {
  const behindTheOther = (sessionAffinityScope: 'Port' | 'Service') => {
    const ports = [tcp(80, [own, far], { name: 'http' }), tcp(443, [`${own}:8443`, `${far}:8443`], { name: 'https' })];
    const ask = asker([service(1, ports, { sessionAffinity: 'ClientIP', sessionAffinityScope })]);
    return told(ask('a client outside', { destination: plan.service(1), port: 443, wasWith: `${far}:8080` }));
  };

  test('has the same behind the other, when affinity is of the whole service', () => {
    expect(behindTheOther('Service')).toBe('far masq');
  });

  test('may have another behind the other, when affinity is of a port', () => {
    expect(behindTheOther('Port')).toBe('own masq, far masq');
  });
});

test('where the node may use a load balancer address, it may do so from that address', () => {
  const guarded = (loadBalancerSourceRanges: readonly string[]) =>
    tracer(
      {
        nft: null,
        iptables: compiled(
          desired({
            services: [
              service(1, [tcp(80, [far])], {
                loadBalancerIPs: [EXTERNAL],
                loadBalancerSourceRanges: [...loadBalancerSourceRanges],
              }),
            ],
          }),
        ),
      },
      { ...NODE_1, addresses: [...NODE_1.addresses, EXTERNAL] },
    )({ from: 'node', source: EXTERNAL, destination: EXTERNAL, protocol: 'tcp', port: 80 }).verdict;
  expect(guarded([`${plan.host(1)}/32`])).toBe('dnat');
  expect(guarded([`${plan.host(2)}/32`])).toBe('drop');
});
