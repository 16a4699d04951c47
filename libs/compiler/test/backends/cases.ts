import type { DesiredState } from '@weft/model';
import { desired, plan, pod, service, tcp, udp } from '@weft/testing/desired';

const pods = [pod(1), pod(2)];
const [own, other] = [plan.pod(1, 1), plan.pod(1, 2)];
const far = plan.pod(2, 1);
const farther = plan.pod(3, 1);

/** Desired states that show one feature each; every backend has a golden file for each. */
export const CASES: Readonly<Record<string, DesiredState>> = {
  'empty-state': desired({}),
  'cluster-ip': desired({ services: [service(1, [tcp(80, [far])]), service(2, [tcp(80, [far, farther])])] }),
  udp: desired({ services: [service(1, [udp(53, [`${far}:53`, `${farther}:53`])])] }),
  'multi-port': desired({
    services: [service(1, [tcp(80, [far], { name: 'http' }), tcp(443, [`${far}:8443`], { name: 'https' })], { name: 'web' })],
  }),
  'same-port-tcp-and-udp': desired({
    services: [service(1, [udp(53, [`${far}:53`], { name: 'dns' }), tcp(53, [`${farther}:53`], { name: 'dns-tcp' })])],
  }),
  'node-port': desired({
    services: [
      service(1, [tcp(80, [far], { nodePort: 30080 })]),
      service(2, [udp(53, [far, farther], { nodePort: 30053 })]),
      service(3, [tcp(80, [], { nodePort: 30081 })]),
    ],
  }),
  'no-endpoints': desired({ services: [service(1, [tcp(80, [])]), service(2, [tcp(80, [far]), udp(80, [], { name: 'quic' })])] }),
  hairpin: desired({ pods, services: [service(1, [tcp(80, [own, far])]), service(2, [tcp(80, [other], { nodePort: 30080 })])] }),
  'mixed-endpoint-counts': desired({
    pods,
    services: [
      service(1, [tcp(80, [far])]),
      service(2, [tcp(80, [far, farther])]),
      service(3, [tcp(80, [own, far, farther])]),
      service(4, [
        tcp(
          80,
          Array.from({ length: 11 }, (_, i) => plan.pod(2, i + 1)),
        ),
      ]),
    ],
  }),
  'endpoints-outside-the-fleet': desired({ services: [service(1, [tcp(5432, ['203.0.113.7:5432', '192.0.2.2:5432'])])] }),
  'several-ranges': desired({
    cluster: {
      podCidrs: ['100.64.0.0/16', '100.80.0.0/16', '100.64.128.0/17'],
      serviceCidrs: ['198.19.0.0/24', '198.18.7.1/32'],
      masqueradeMark: 0x100000,
    },
    services: [service(1, [tcp(80, [far])])],
  }),
};
