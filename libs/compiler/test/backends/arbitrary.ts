import type { DesiredService, DesiredServicePort, DesiredState } from '@weft/model';
import { desired, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';

const endpoint = fc.constantFrom(
  plan.pod(1, 1),
  plan.pod(1, 2),
  plan.pod(2, 1),
  `${plan.pod(2, 1)}:9090`,
  plan.pod(3, 1),
  '203.0.113.7:53',
);

/** Ports in the order the control plane gives endpoints: by address, then port. */
const port = fc
  .record({
    make: fc.constantFrom(tcp, udp),
    number: fc.constantFrom(53, 80, 443),
    endpoints: fc.uniqueArray(endpoint, { maxLength: 4 }),
    open: fc.boolean(),
  })
  .map(({ make, number, endpoints, open }) => ({ port: make(number, endpoints.sort()), open }));

/** Node ports are unique by protocol in a fleet; here a port's own number and its service's say which it has. */
function withNodePorts(number: number, ports: readonly { port: DesiredServicePort; open: boolean }[]): DesiredService {
  return service(
    number,
    ports.map(({ port: own, open }) => ({ ...own, nodePort: open ? 30000 + number * 100 + (own.port % 100) : null })),
  );
}

/** Small desired states in which everything that a service can have meets everything else. */
export const desiredStates: fc.Arbitrary<DesiredState> = fc
  .record({
    pods: fc.constantFrom([pod(1)], [pod(1), pod(2)]),
    services: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
    ports: fc.array(fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: ({ port: p }) => `${p.protocol} ${p.port}` }), {
      minLength: 5,
      maxLength: 5,
    }),
  })
  .map(({ pods, services, ports }) => desired({ pods, services: services.map((number, i) => withNodePorts(number, ports[i] ?? [])) }));
