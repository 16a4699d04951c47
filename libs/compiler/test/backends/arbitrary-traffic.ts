import type { DesiredEndpoint, DesiredService, DesiredState, Scheduler } from '@weft/model';
import { desired, endpoint, node, plan, pod, sctp, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';

const ADDRESSES = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), `${plan.pod(3, 2)}:9090`, plan.pod(3, 1), '203.0.113.7:53'];
const RANGES = ['203.0.113.0/24', '192.0.2.0/24', '100.64.1.0/28', '0.0.0.0/0'];
const NODE_PORT_ADDRESSES = ['primary', '100.64.1.0/24', '10.0.0.0/8', '0.0.0.0/0'] as const;

const endpoints: fc.Arbitrary<readonly DesiredEndpoint[]> = fc
  .subarray(ADDRESSES, { maxLength: 4 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((text) =>
        fc.record({ weight: fc.constantFrom(1, 1, 2, 5, 0), terminating: fc.boolean() }).map((changes) => endpoint(text, changes)),
      ),
    ),
  )
  .map((list) => list.toSorted((a, b) => (`${a.ip}:${a.port}` < `${b.ip}:${b.port}` ? -1 : 1)));

const port = fc.record({ make: fc.constantFrom(tcp, udp, sctp), number: fc.constantFrom(53, 80, 443), endpoints, open: fc.boolean() });

type Scope = DesiredService['sessionAffinityScope'];

const traffic = (schedulers: readonly (Scheduler | null)[], scopes: readonly Scope[]) =>
  fc.record({
    sessionAffinity: fc.constantFrom('None' as const, 'ClientIP' as const),
    sessionAffinityScope: fc.constantFrom(...scopes),
    internalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    trafficDistribution: fc.constantFrom(null, null, 'PreferSameNode' as const),
    scheduler: fc.constantFrom(...schedulers),
    loadBalancerSourceRanges: fc.subarray(RANGES),
    externalIPs: fc.boolean(),
    loadBalancerIPs: fc.boolean(),
  });

/** Small states in which services ask for everything that they can ask for on a backend with these schedulers and scopes of affinity, beside each other. */
export function trafficStates(
  schedulers: readonly (Scheduler | null)[],
  scopes: readonly Scope[] = ['Port', 'Service'],
): fc.Arbitrary<DesiredState> {
  const one = fc.record({
    ports: fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: ({ make, number }) => `${make(number, []).protocol} ${number}` }),
    traffic: traffic(schedulers, scopes),
  });
  const made = (
    { ports, traffic: { externalIPs, loadBalancerIPs, ...rest } }: typeof one extends fc.Arbitrary<infer T> ? T : never,
    number: number,
  ): DesiredService =>
    service(
      number,
      ports.map(({ make, number: at, endpoints: list, open }) =>
        make(at, list, { nodePort: open ? 30000 + number * 100 + (at % 100) : null }),
      ),
      {
        ...rest,
        externalIPs: externalIPs ? [`203.0.113.${100 + number}`] : [],
        loadBalancerIPs: loadBalancerIPs ? [`203.0.113.${150 + number}`] : [],
      },
    );
  return fc
    .record({
      services: fc.array(one, { maxLength: 4 }),
      pods: fc.constantFrom([pod(1)], [pod(1), pod(2)]),
      nodePortAddresses: fc.subarray([...NODE_PORT_ADDRESSES]),
    })
    .map(({ services, pods, nodePortAddresses }) =>
      desired({
        pods,
        services: services.map((parts, i) => made(parts, i + 1)),
        nodes: [node(1, { nodePortAddresses }), node(2), node(3)],
      }),
    );
}
