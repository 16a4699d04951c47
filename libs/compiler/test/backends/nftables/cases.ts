import type { DesiredService, DesiredState } from '@weft/model';
import { desired, endpoint, node, plan, pod, sctp, service, tcp, udp } from '@weft/testing/desired';

const [own, other, far, farther] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1)];
const pods = [pod(1), pod(2)];
const outside = (number: number) => `203.0.113.${number}`;

const one = (changes: Partial<DesiredService>, endpoints: readonly string[] = [own, far], nodePort: number | null = 30080) =>
  desired({ pods, services: [service(1, [tcp(80, endpoints, { nodePort })], changes)] });

const weighted = [endpoint(far, { weight: 30 }), endpoint(farther, { weight: 10 }), endpoint(other, { weight: 0 })];
const scheduled = (scheduler: DesiredService['scheduler']) =>
  desired({ pods, services: [service(1, [tcp(80, weighted)], { scheduler }), service(2, [tcp(80, [far])], { scheduler })] });

/** Desired states that show one thing each that nftables does in its own way; compiled for their first node. */
export const NFT_CASES: Readonly<Record<string, DesiredState>> = {
  'external-addresses': desired({
    pods,
    services: [
      service(1, [tcp(80, [own, far]), udp(80, [])], { externalIPs: [outside(10)], loadBalancerIPs: ['192.0.2.50', outside(10)] }),
      service(2, [tcp(81, [far])], { externalIPs: [outside(10)] }),
    ],
  }),
  'source-ranges': desired({
    services: [
      service(1, [tcp(80, [far])], { loadBalancerIPs: [outside(10)], loadBalancerSourceRanges: ['198.51.100.0/24', '192.0.2.0/24'] }),
      service(2, [tcp(80, [])], { loadBalancerIPs: [outside(11)], loadBalancerSourceRanges: ['198.51.100.0/25', '198.51.100.128/25'] }),
      service(3, [tcp(80, [far])], {
        externalIPs: [outside(12)],
        loadBalancerIPs: [outside(13)],
        loadBalancerSourceRanges: ['0.0.0.0/0', '198.51.100.0/24'],
      }),
      service(4, [tcp(80, [far])], { loadBalancerIPs: [outside(14)], loadBalancerSourceRanges: ['198.51.100.7/32'] }),
    ],
  }),
  'node-port-addresses': desired({
    nodes: [node(1, { nodePortAddresses: ['primary', '10.0.0.0/9', '10.128.0.0/9'] }), node(2)],
    services: [service(1, [tcp(80, [far], { nodePort: 30080 }), sctp(80, [], { nodePort: 30080 })])],
  }),
  'policy-local': one({ externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local', externalIPs: [outside(10)] }),
  'internal-policy-local-elsewhere': one({ internalTrafficPolicy: 'Local' }, [far]),
  'external-policy-local-elsewhere': one({ externalTrafficPolicy: 'Local', loadBalancerIPs: [outside(10)] }, [far, farther]),
  weights: scheduled(null),
  'scheduler-rr': scheduled('rr'),
  'scheduler-wrr': scheduled('wrr'),
  'scheduler-sh': scheduled('sh'),
  'scheduler-dh': scheduled('dh'),
  'scheduler-mh': scheduled('mh'),
  affinity: one({ sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: 10_800 }, [far, farther], null),
  'affinity-by-every-way': one(
    {
      sessionAffinity: 'ClientIP',
      sessionAffinityTimeoutSeconds: 90_061,
      externalIPs: [outside(10)],
      externalTrafficPolicy: 'Local',
      scheduler: 'rr',
    },
    [own, far],
  ),
  'affinity-of-a-whole-service': desired({
    services: [
      service(1, [tcp(80, [far, farther], { name: 'http' }), udp(443, [`${far}:8443`, `${far}:9443`], { name: 'quic' })], {
        sessionAffinity: 'ClientIP',
        sessionAffinityScope: 'Service',
        sessionAffinityTimeoutSeconds: 59,
      }),
    ],
  }),
  sctp: desired({ services: [service(1, [sctp(3868, [far, `${farther}:3868`], { nodePort: 30868 })])] }),
  'masquerade-ports': desired({ cluster: { masqueradePorts: { from: 20000, to: 29999 }, masqueradeMark: 0x8000 } }),
};
