import { endpoint, plan, service, tcp, udp } from '@weft/testing/desired';
import { external } from '../../test-fleet.ts';
import type { ServiceCase } from '../case.ts';
import { all, name, node1, node2, node3, pod1, pod2, pod3, probe } from '../probes.ts';

const [own, other, beside, far] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1)];
const VIP = plan.service(1);

/** Which endpoints are chosen among. */
export const POLICY_CASES: readonly ServiceCase[] = [
  {
    feature: 'Internal traffic policy Local',
    shows: 'only endpoints of the same node; none there: silence; none anywhere: refused',
    needs: null,
    phases: [
      {
        fleet: {
          services: [
            service(1, [tcp(80, [other, far])], { internalTrafficPolicy: 'Local' }),
            service(2, [tcp(80, [])], { internalTrafficPolicy: 'Local' }),
          ],
        },
        probes: [
          ...all([pod1, node1], `tcp://${VIP}:80`, { from: [name(2)] }),
          probe(pod3, `tcp://${VIP}:80`, 'silence'),
          probe(pod1, `tcp://${plan.service(2)}:80`, 'refused'),
        ],
      },
    ],
  },
  {
    feature: 'External traffic policy Local',
    shows: 'clients outside keep their address and reach only endpoints of the node they came to',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [
            service(1, [tcp(80, [beside, far], { nodePort: 30080 })], {
              externalTrafficPolicy: 'Local',
              loadBalancerIPs: [external(1), external(2)],
            }),
            service(2, [tcp(80, [], { nodePort: 30081 })], { externalTrafficPolicy: 'Local' }),
          ],
        },
        probes: [
          probe('outside', `tcp://${plan.host(2)}:30080`, { from: [name(3)], sees: 'client' }),
          probe('outside', 'tcp://198.51.100.3:30080', { from: [name(4)], sees: 'client' }),
          probe('outside', `tcp://${external(2)}:80`, { from: [name(3)], sees: 'client' }),
          probe('outside', `tcp://${plan.host(1)}:30080`, 'silence'),
          probe('outside', `tcp://${external(1)}:80`, 'silence'),
          probe('outside', `tcp://${plan.host(1)}:30081`, 'refused'),
          probe(pod1, `tcp://${VIP}:80`, { from: [name(3), name(4)], sees: 'client' }),
        ],
      },
    ],
  },
  {
    feature: 'External traffic policy Local: short cut',
    shows: 'pods and the node itself reach endpoints anywhere by external addresses, pods under their own',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [
            service(1, [tcp(80, [beside, far], { nodePort: 30080 })], {
              externalTrafficPolicy: 'Local',
              loadBalancerIPs: [external(1)],
            }),
          ],
        },
        probes: [
          probe(pod1, `tcp://${external(1)}:80`, { from: [name(3), name(4)], sees: 'client' }),
          probe(node1, `tcp://${external(1)}:80`, { from: [name(3), name(4)] }),
          probe(node1, `tcp://${plan.host(1)}:30080`, { from: [name(3), name(4)] }),
        ],
      },
    ],
  },
  {
    feature: 'Terminating endpoints',
    shows: 'are used only when no ready one is left, on the node under policy Local as well',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [beside, endpoint(far, { terminating: true })])])] },
        probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] }, 20)],
      },
      {
        fleet: { services: [service(1, [tcp(80, [endpoint(beside, { terminating: true }), endpoint(far, { terminating: true })])])] },
        probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3), name(4)] })],
      },
      {
        fleet: {
          services: [
            service(1, [tcp(80, [endpoint(beside, { terminating: true }), far], { nodePort: 30080 })], { externalTrafficPolicy: 'Local' }),
          ],
        },
        probes: [
          probe('outside', `tcp://${plan.host(2)}:30080`, { from: [name(3)], sees: 'client' }),
          probe(pod1, `tcp://${VIP}:80`, { from: [name(4)] }, 20),
        ],
      },
    ],
  },
  {
    feature: 'Traffic distribution',
    shows: 'near endpoints are preferred, and all are used where none is near',
    needs: null,
    phases: [
      {
        fleet: {
          nodes: { 1: { zone: 'a' }, 2: { zone: 'a' }, 3: { zone: 'b' } },
          services: [
            service(1, [tcp(80, [other, beside, far])], { trafficDistribution: 'PreferSameZone' }),
            service(2, [tcp(80, [other, beside, far])], { trafficDistribution: 'PreferSameNode' }),
            service(3, [tcp(80, [far])], { trafficDistribution: 'PreferSameZone' }),
          ],
        },
        probes: [
          probe(pod1, `tcp://${VIP}:80`, { from: [name(2), name(3)] }),
          probe(node3, `tcp://${VIP}:80`, { from: [name(4)] }, 20),
          probe(pod1, `tcp://${plan.service(2)}:80`, { from: [name(2)] }, 20),
          probe(node2, `tcp://${plan.service(2)}:80`, { from: [name(3)] }, 20),
          probe(pod1, `tcp://${plan.service(3)}:80`, { from: [name(4)] }),
        ],
      },
    ],
  },
  {
    feature: 'Weights',
    shows: 'new connections are shared out by weight; weight 0 gets none',
    needs: null,
    phases: [
      {
        fleet: {
          services: [
            service(1, [tcp(80, [endpoint(beside, { weight: 30 }), endpoint(far, { weight: 10 })])]),
            service(2, [tcp(80, [endpoint(beside, { weight: 0 }), far])]),
            service(3, [tcp(80, [endpoint(beside, { weight: 0 })])]),
          ],
        },
        probes: [
          // 200 of 3:1: five standard deviations are 0.15.
          probe(pod1, `tcp://${VIP}:80`, { shares: { [name(3)]: [0.6, 0.9], [name(4)]: [0.1, 0.4] } }, 200),
          probe(pod1, `tcp://${plan.service(2)}:80`, { from: [name(4)] }, 20),
          probe(pod1, `tcp://${plan.service(3)}:80`, 'refused'),
        ],
      },
    ],
  },
  {
    feature: 'Live change of endpoints',
    shows: 'an endpoint that comes is used, one that goes is not, and the last one leaves a refusal',
    needs: null,
    phases: [
      { fleet: { services: [service(1, [tcp(80, [beside])])] }, probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] })] },
      {
        fleet: { services: [service(1, [tcp(80, [beside, far])])] },
        probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3), name(4)] })],
      },
      { fleet: { services: [service(1, [tcp(80, [far])])] }, probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(4)] }, 20)] },
      { fleet: { services: [service(1, [tcp(80, [])])] }, probes: [probe(pod1, `tcp://${VIP}:80`, 'refused')] },
      { fleet: { services: [] }, probes: [probe(pod1, `tcp://${VIP}:80`, 'silence')] },
    ],
  },
  {
    feature: 'Type transitions',
    shows: 'node ports and external addresses come and go with their service',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [own], { nodePort: 30080 }), udp(80, [own], { nodePort: 30080, name: 'u' })])] },
        probes: [
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(1)] }),
          probe('outside', `udp://${plan.host(1)}:30080`, { from: [name(1)] }),
        ],
      },
      {
        fleet: { services: [service(1, [tcp(80, [own])])] },
        probes: [probe('outside', `tcp://${plan.host(1)}:30080`, 'refused'), probe(pod2, `tcp://${VIP}:80`, { from: [name(1)] })],
      },
    ],
  },
];
