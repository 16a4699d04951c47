import type { DesiredService, DesiredState } from '@weft/model';
import { desired, endpoint, node, plan, pod, sctp, service, tcp, udp } from '@weft/testing/desired';

const [own, other, far, farther] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1)];
const pods = [pod(1), pod(2)];
const outside = (number: number) => `203.0.113.${number}`;

const one = (changes: Partial<DesiredService>, endpoints: readonly string[] = [own, far], nodePort: number | null = 30080) =>
  desired({ pods, services: [service(1, [tcp(80, endpoints, { nodePort })], changes)] });

/** Desired states that show one thing each that IPVS does in its own way; compiled for their first node. */
export const IPVS_CASES: Readonly<Record<string, DesiredState>> = {
  'external-addresses': desired({
    pods,
    services: [
      service(1, [tcp(80, [own, far]), udp(80, [])], { externalIPs: [outside(10)], loadBalancerIPs: ['192.0.2.50'] }),
      service(2, [tcp(80, [])], { externalIPs: [outside(11)] }),
    ],
  }),
  'source-ranges': desired({
    services: [
      service(1, [tcp(80, [far])], { loadBalancerIPs: [outside(10)], loadBalancerSourceRanges: ['198.51.100.0/24', '192.0.2.0/24'] }),
      service(2, [tcp(80, [])], { loadBalancerIPs: [outside(11)], loadBalancerSourceRanges: ['198.51.100.0/24'] }),
      service(3, [tcp(80, [far])], { loadBalancerIPs: [outside(12)], loadBalancerSourceRanges: ['0.0.0.0/0', '198.51.100.0/24'] }),
    ],
  }),
  'node-port-addresses': desired({
    nodes: [node(1, { nodePortAddresses: ['primary', '10.0.0.0/8'] }), node(2)],
    services: [service(1, [tcp(80, [far], { nodePort: 30080 }), sctp(80, [], { nodePort: 30080 })])],
  }),
  'policy-local': one({ externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local', externalIPs: [outside(10)] }),
  'external-policy-local-elsewhere': one({ externalTrafficPolicy: 'Local', loadBalancerIPs: [outside(10)] }, [far, farther]),
  'internal-policy-local-elsewhere': one({ internalTrafficPolicy: 'Local' }, [far], null),
  'short-cut-of-datagrams': desired({
    pods,
    services: [service(1, [udp(53, [own, far], { nodePort: 30053 })], { externalTrafficPolicy: 'Local' })],
  }),
  weights: desired({
    pods,
    services: [
      service(1, [tcp(80, [endpoint(own, { weight: 7 }), endpoint(far, { weight: 2 }), endpoint(farther, { weight: 0 }), other])]),
    ],
  }),
  schedulers: desired({
    services: (['random', 'lc', 'wlc', 'sed', 'nq', 'sh', 'dh', 'mh'] as const).map((scheduler, number) =>
      service(number + 1, [tcp(80, [far, farther])], { scheduler }),
    ),
  }),
  affinity: one({ sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: 600 }, [far, farther]),
  sctp: desired({ services: [service(1, [sctp(3868, [far, `${farther}:3868`], { nodePort: 30868 })])] }),
  'strict-arp': desired({ nodes: [node(1, { strictArp: true }), node(2)] }),
  'masquerade-ports': desired({ cluster: { masqueradePorts: { from: 20000, to: 29999 }, masqueradeMark: 0x8000 } }),
};
