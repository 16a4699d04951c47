import { plan, sctp, service, tcp, udp } from '@weft/testing/desired';
import type { ServiceCase } from '../case.ts';
import { name, node1, pod1, pod2, probe } from '../probes.ts';

const [own, beside, far] = [plan.pod(1, 1), plan.pod(2, 1), plan.pod(3, 1)];
const VIP = plan.service(1);

/** Services whose clients speak SCTP. */
export const SCTP_CASES: readonly ServiceCase[] = [
  {
    feature: 'SCTP',
    shows: 'associations are balanced like connections, at service addresses and node ports; a pod that meets itself gets its answer',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [sctp(80, [beside, far], { nodePort: 30080 })]), service(2, [sctp(80, [own])])] },
        probes: [
          probe(pod1, `sctp://${VIP}:80`, { from: [name(3), name(4)], sees: 'client' }),
          probe(node1, `sctp://${VIP}:80`, { from: [name(3), name(4)] }),
          probe('outside', `sctp://${plan.host(1)}:30080`, { from: [name(3), name(4)], sees: 'another' }),
          probe(pod1, `sctp://${plan.service(2)}:80`, { from: [name(1)], sees: 'another' }),
          probe(pod2, `sctp://${plan.service(2)}:80`, { from: [name(1)], sees: 'client' }),
        ],
      },
      {
        fleet: { services: [service(1, [sctp(80, [far])])] },
        probes: [probe(pod1, `sctp://${VIP}:80`, { from: [name(4)] }, 20)],
      },
    ],
  },
  {
    feature: 'SCTP beside TCP and UDP',
    shows: 'one number on three protocols is three ports',
    needs: null,
    phases: [
      {
        fleet: {
          services: [service(1, [sctp(80, [own], { name: 's' }), tcp(80, [beside], { name: 't' }), udp(80, [far], { name: 'u' })])],
        },
        probes: [
          probe(pod2, `sctp://${VIP}:80`, { from: [name(1)] }),
          probe(pod2, `tcp://${VIP}:80`, { from: [name(3)] }),
          probe(pod2, `udp://${VIP}:80`, { from: [name(4)] }),
        ],
      },
    ],
  },
  {
    feature: 'SCTP under external traffic policy Local',
    shows: 'clients outside keep their address and reach only endpoints of the node they came to',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [sctp(80, [beside, far], { nodePort: 30080 })], { externalTrafficPolicy: 'Local' })] },
        probes: [
          probe('outside', `sctp://${plan.host(2)}:30080`, { from: [name(3)], sees: 'client' }),
          probe('outside', `sctp://${plan.host(1)}:30080`, 'silence'),
          probe(pod1, `sctp://${plan.host(1)}:30080`, { from: [name(3), name(4)], sees: 'client' }),
        ],
      },
    ],
  },
  {
    feature: 'Session affinity of SCTP',
    shows: 'a client stays with its endpoint, whatever others come',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [sctp(80, [beside])], { sessionAffinity: 'ClientIP' })] },
        probes: [probe(pod1, `sctp://${VIP}:80`, { from: [name(3)] })],
      },
      {
        fleet: { services: [service(1, [sctp(80, [own, beside, far])], { sessionAffinity: 'ClientIP' })] },
        probes: [probe(pod1, `sctp://${VIP}:80`, { from: [name(3)] }, 20)],
      },
    ],
  },
];
