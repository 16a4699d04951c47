import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_TRAFFIC, ServiceCreate, type ServiceSpec, ServiceType, serviceFaults, withoutMeaningless } from '../src/index.ts';

/** A service as the API reads it. */
function spec(fields: Record<string, unknown> = {}): ServiceSpec {
  const { name: _n, namespace: _s, labels: _l, ...rest } = ServiceCreate.parse({ name: 'svc', ports: [{ port: 80 }], ...fields });
  return rest;
}

const faults = (fields: Record<string, unknown>) => serviceFaults(spec(fields)).map(({ pointer, code }) => `${pointer} ${code}`);

const LOAD_BALANCER = { type: 'LoadBalancer', loadBalancerIPs: ['203.0.113.1'] };
const HEADLESS = { clusterIP: 'None' };
const EXTERNAL_NAME = { type: 'ExternalName', externalName: 'db.example.com', ports: [] };

describe('serviceFaults', () => {
  it.each([
    ['a plain service', {}],
    ['a headless one without ports', { ...HEADLESS, ports: [] }],
    ['a headless one that publishes what is not ready', { ...HEADLESS, publishNotReadyAddresses: true }],
    ['a name for something elsewhere', EXTERNAL_NAME],
    ['a node port that was asked for', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }],
    [
      'a load balancer with everything',
      { ...LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'], externalTrafficPolicy: 'Local', healthCheckNodePort: 30001 },
    ],
    ['a load balancer without node ports', { ...LOAD_BALANCER, allocateLoadBalancerNodePorts: false }],
    ['external addresses with policy Local', { externalIPs: ['203.0.113.1'], externalTrafficPolicy: 'Local' }],
    ['affinity over all ports', { sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: 60, sessionAffinityScope: 'Service' }],
  ])('takes %s', (_what, fields) => expect(faults(fields)).toEqual([]));

  it.each([
    ['no ports', { ports: [] }, ['/ports Required']],
    ['a node port of type ClusterIP', { ports: [{ port: 80, nodePort: 30080 }] }, ['/ports/0/nodePort NotAllowed']],
    ['a headless service with node ports', { ...HEADLESS, type: 'NodePort' }, ['/type NotAllowed']],
    ['a headless service with affinity', { ...HEADLESS, sessionAffinity: 'ClientIP' }, ['/sessionAffinity NotAllowed']],
    ['a headless service with external addresses', { ...HEADLESS, externalIPs: ['203.0.113.1'] }, ['/externalIPs NotAllowed']],
    ['ExternalName without a name', { ...EXTERNAL_NAME, externalName: null }, ['/externalName Required']],
    ['ExternalName with an address', { ...EXTERNAL_NAME, clusterIP: '198.19.0.1' }, ['/clusterIP NotAllowed']],
    ['ExternalName that is headless', { ...EXTERNAL_NAME, clusterIP: 'None' }, ['/clusterIP NotAllowed']],
    ['ExternalName with a policy', { ...EXTERNAL_NAME, internalTrafficPolicy: 'Local' }, ['/internalTrafficPolicy NotAllowed']],
    ['a name for something here', { externalName: 'db.example.com' }, ['/externalName NotAllowed']],
    [
      'load balancer addresses without a load balancer',
      { type: 'NodePort', loadBalancerIPs: ['203.0.113.1'] },
      ['/loadBalancerIPs NotAllowed'],
    ],
    ['source ranges without a load balancer', { loadBalancerSourceRanges: ['10.0.0.0/8'] }, ['/loadBalancerSourceRanges NotAllowed']],
    [
      'no node ports for no load balancer',
      { type: 'NodePort', allocateLoadBalancerNodePorts: false },
      ['/allocateLoadBalancerNodePorts NotAllowed'],
    ],
    ['an external policy that nothing meets', { externalTrafficPolicy: 'Local' }, ['/externalTrafficPolicy NotAllowed']],
    ['a health check of policy Cluster', { ...LOAD_BALANCER, healthCheckNodePort: 30001 }, ['/healthCheckNodePort NotAllowed']],
    [
      'a health check of type NodePort',
      { type: 'NodePort', externalTrafficPolicy: 'Local', healthCheckNodePort: 30001 },
      ['/healthCheckNodePort NotAllowed'],
    ],
    ['a timeout of no affinity', { sessionAffinityTimeoutSeconds: 60 }, ['/sessionAffinityTimeoutSeconds NotAllowed']],
    ['an address twice', { ...LOAD_BALANCER, externalIPs: ['203.0.113.1'] }, ['/loadBalancerIPs/0 Repeated']],
    [
      'an address of every host itself',
      { externalIPs: ['127.0.0.1', '224.0.0.1'] },
      ['/externalIPs/0 NotAllowed', '/externalIPs/1 NotAllowed'],
    ],
  ])('refuses %s', (_what, fields, expected) => expect(faults(fields)).toEqual(expected));

  it('names everything that is wrong at once', () =>
    expect(faults({ ...HEADLESS, type: 'NodePort', scheduler: 'rr', externalName: 'a.b' })).toEqual([
      '/type NotAllowed',
      '/externalName NotAllowed',
      '/scheduler NotAllowed',
    ]));
});

describe('externalName', () => {
  const read = (externalName: string) => ServiceCreate.safeParse({ name: 'svc', type: 'ExternalName', externalName }).success;
  it('is a DNS name', () => expect(['db.example.com', 'db', 'a-1.b'].map(read)).toEqual([true, true, true]));
  it('is nothing else', () =>
    expect(['', 'db.example.com.', '-a', 'a..b', 'DB', '203.0.113.1', 'a b', `${'a'.repeat(64)}.b`].filter(read)).toEqual([]));
});

const anyTraffic = fc.record({
  externalIPs: fc.constantFrom([], ['203.0.113.9']),
  loadBalancerIPs: fc.constantFrom([], ['203.0.113.10']),
  loadBalancerSourceRanges: fc.constantFrom([], ['10.0.0.0/8']),
  sessionAffinity: fc.constantFrom('None', 'ClientIP'),
  sessionAffinityTimeoutSeconds: fc.constantFrom(10_800, 60),
  sessionAffinityScope: fc.constantFrom('Port', 'Service'),
  internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
  externalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
  healthCheckNodePort: fc.constantFrom(null, 30_001),
  trafficDistribution: fc.constantFrom(null, 'PreferSameZone'),
  scheduler: fc.constantFrom(null, 'rr'),
});
const anySpec = fc
  .record({
    type: fc.constantFrom(...ServiceType.options),
    clusterIP: fc.constantFrom(null, 'None', '198.19.0.1'),
    externalName: fc.constantFrom(null, 'db.example.com'),
    publishNotReadyAddresses: fc.boolean(),
    allocateLoadBalancerNodePorts: fc.boolean(),
    ports: fc.constantFrom([], [{ port: 80 }]),
  })
  .chain((fields) => anyTraffic.map((traffic) => spec({ ...fields, ...traffic })));

/** What has to be put right by hand: nothing that a service could do without. */
const BY_HAND = ['/ports', '/type', '/clusterIP', '/externalName'];

describe('withoutMeaningless', () => {
  it('leaves nothing that a service of its kind has no use for', () =>
    fc.assert(
      fc.property(anySpec, (one) => {
        const left = serviceFaults(withoutMeaningless(one, {})).filter(({ pointer }) => !BY_HAND.includes(pointer));
        expect(left).toEqual([]);
      }),
    ));
  it('takes nothing from a service that is sound', () =>
    fc.assert(
      fc.property(anySpec, (one) => {
        fc.pre(serviceFaults(one).length === 0);
        expect(withoutMeaningless(one, {})).toEqual(one);
      }),
      { numRuns: 50 },
    ));
  it('keeps what was asked for, to be refused', () => {
    const one = spec({ type: 'LoadBalancer', ...PLAIN_TRAFFIC, externalTrafficPolicy: 'Local' });
    const changed = { ...one, type: 'ClusterIP' } as const;
    expect(withoutMeaningless(changed, {}).externalTrafficPolicy).toBe('Cluster');
    expect(serviceFaults(withoutMeaningless(changed, { externalTrafficPolicy: 'Local' }))).toMatchObject([
      { pointer: '/externalTrafficPolicy' },
    ]);
  });
});
