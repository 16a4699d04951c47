import { plan, service, tcp, udp } from '@weft/testing/desired';
import { external, unrouted } from '../../test-fleet.ts';
import type { ServiceCase } from '../case.ts';
import { all, MARK, name, node1, node2, pod1, pod3, probe, STRAY_PORT } from '../probes.ts';

const [own, beside, far] = [plan.pod(1, 1), plan.pod(2, 1), plan.pod(3, 1)];
const VIP = plan.service(1);

/** By which addresses and ports a service is reached. */
export const ADDRESS_CASES: readonly ServiceCase[] = [
  {
    feature: 'Service address',
    shows: 'pods are seen as themselves, nodes and the outside by an address that leads back',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [beside])])] },
        probes: [
          probe(pod1, `tcp://${VIP}:80`, { from: [name(3)], sees: 'client' }),
          probe(node1, `tcp://${VIP}:80`, { from: [name(3)] }),
          probe('outside', `tcp://${VIP}:80`, { from: [name(3)], sees: 'another' }),
        ],
      },
    ],
  },
  {
    feature: 'Packets of a node',
    shows: 'are answered by endpoints of other nodes, whatever address of its own it sends them by',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [beside, far]), udp(53, [beside, far])])] },
        probes: [
          { ...probe(node1, `tcp://${VIP}:80`, { from: [name(3), name(4)] }), by: unrouted(1) },
          { ...probe(node1, `udp://${VIP}:53`, { from: [name(3), name(4)] }), by: unrouted(1) },
          // Without a service in between nobody translates it.
          { ...probe(node1, `tcp://${beside}:8080`, 'silence'), by: unrouted(1) },
        ],
      },
    ],
  },
  {
    feature: 'Packets of a node by external ways',
    shows: 'are answered like that too, under policy Local as well',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [
            service(1, [tcp(80, [beside, far], { nodePort: 30080 })], { externalIPs: [external(1)] }),
            service(2, [tcp(80, [beside, far], { nodePort: 30081 })], {
              externalTrafficPolicy: 'Local',
              loadBalancerIPs: [external(2)],
            }),
          ],
        },
        probes: [`${external(1)}:80`, `${plan.host(1)}:30080`, `${external(2)}:80`, `${plan.host(1)}:30081`].map((to) => ({
          ...probe(node1, `tcp://${to}`, { from: [name(3), name(4)] }),
          by: unrouted(1),
        })),
      },
    ],
  },
  {
    feature: 'UDP',
    shows: 'datagrams are balanced like connections',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [udp(53, [beside, far])])] },
        probes: all([pod1, node1], `udp://${VIP}:53`, { from: [name(3), name(4)] }),
      },
    ],
  },
  {
    feature: 'Several ports',
    shows: 'each port has its endpoints; one number on two protocols is two ports',
    needs: null,
    phases: [
      {
        fleet: {
          services: [service(1, [tcp(80, [beside], { name: 'a' }), tcp(81, [far], { name: 'b' }), udp(80, [far], { name: 'c' })])],
        },
        probes: [
          probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] }),
          probe(pod1, `tcp://${VIP}:81`, { from: [name(4)] }),
          probe(pod1, `udp://${VIP}:80`, { from: [name(4)] }),
        ],
      },
    ],
  },
  {
    feature: 'Hairpin',
    shows: 'a pod that meets itself behind its service gets its answer',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [own])])] },
        probes: [
          probe(pod1, `tcp://${VIP}:80`, { from: [name(1)], sees: 'another' }),
          probe({ pod: 2 }, `tcp://${VIP}:80`, { from: [name(1)], sees: 'client' }),
        ],
      },
    ],
  },
  {
    feature: 'Packets out of place',
    shows: 'a segment from a pod that connection tracking cannot place reaches nobody, and ends no connection',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [`${beside}:${STRAY_PORT}`], { nodePort: 30080 })])] },
        probes: [
          { ...probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] }), rounds: 5 },
          { ...probe(node1, `tcp://${VIP}:80`, { from: [name(3)] }), rounds: 5 },
          { ...probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3)] }), rounds: 5 },
        ],
      },
    ],
  },
  {
    feature: 'Source ports',
    shows: 'who is seen by an address that leads back is seen by a port of the range that the fleet chose for it',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { masqueradePorts: { from: 20_000, to: 20_099 } },
          services: [service(1, [tcp(80, [`${beside}:${STRAY_PORT}`], { nodePort: 30080 })])],
        },
        probes: [
          probe('outside', `tcp://${VIP}:80`, { from: [name(3)], sees: 'another', seesPorts: [20_000, 20_099] }),
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3)], sees: 'another', seesPorts: [20_000, 20_099] }),
          probe(node1, `tcp://${VIP}:80`, { from: [name(3)], seesPorts: [20_000, 20_099] }),
        ],
      },
    ],
  },
  {
    feature: 'Mark',
    shows: 'whose address is to change is marked with the bit that the fleet chose',
    needs: null,
    phases: [
      {
        fleet: { cluster: { masqueradeMark: MARK }, services: [service(1, [tcp(80, [beside], { nodePort: 30080 })])] },
        probes: [
          probe('outside', `tcp://${VIP}:80`, { from: [name(3)], sees: 'another' }),
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3)], sees: 'another' }),
        ],
      },
    ],
  },
  {
    feature: 'Refusal',
    shows: 'a port without endpoints and a port that does not exist answer at once, an address of no service never',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, []), udp(53, [])])] },
        probes: [
          ...all([pod1, node1], `tcp://${VIP}:80`, 'refused'),
          probe(pod1, `udp://${VIP}:53`, 'refused'),
          ...all([pod1, node1], `tcp://${VIP}:81`, 'refused'),
          probe(pod1, `tcp://${plan.service(99)}:80`, 'silence'),
        ],
      },
    ],
  },
  {
    feature: 'Node port',
    shows: 'any address of any node leads to endpoints anywhere, for everybody; without endpoints it is refused',
    needs: null,
    phases: [
      {
        fleet: {
          services: [
            service(1, [tcp(80, [beside, far], { nodePort: 30080 })]),
            service(2, [udp(53, [beside], { nodePort: 30053 })]),
            service(3, [tcp(80, [], { nodePort: 30081 })]),
          ],
        },
        probes: [
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3), name(4)], sees: 'another' }),
          probe('outside', 'tcp://198.51.100.3:30080', { from: [name(3), name(4)] }),
          ...all([pod1, node1, node2], `tcp://${plan.host(1)}:30080`, { from: [name(3), name(4)] }),
          probe(pod1, 'tcp://100.64.1.1:30080', { from: [name(3), name(4)] }),
          probe('outside', `udp://${plan.host(1)}:30053`, { from: [name(3)] }),
          probe('outside', `tcp://${plan.host(1)}:30081`, 'refused'),
          probe(node1, 'tcp://127.0.0.1:30080', 'refused'),
        ],
      },
    ],
  },
  {
    feature: 'Node port addresses',
    shows: 'node ports answer only where the node says',
    needs: null,
    phases: [
      {
        fleet: {
          services: [service(1, [tcp(80, [beside], { nodePort: 30080 })])],
          nodes: { 1: { nodePortAddresses: ['primary'] }, 3: { nodePortAddresses: ['10.0.0.0/8'] } },
        },
        probes: [
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3)] }),
          probe(pod1, 'tcp://100.64.1.1:30080', 'refused'),
          probe('outside', 'tcp://198.51.100.3:30080', 'refused'),
        ],
      },
    ],
  },
  {
    feature: 'External and load balancer addresses',
    shows: 'packets that are led to a node for such an address reach the endpoints, at the service port',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [
            service(1, [tcp(80, [beside])], { externalIPs: [external(1)] }),
            service(2, [tcp(80, [far])], { loadBalancerIPs: [external(2)] }),
          ],
        },
        probes: [
          probe('outside', `tcp://${external(1)}:80`, { from: [name(3)], sees: 'another' }),
          probe('outside', `tcp://${external(2)}:80`, { from: [name(4)], sees: 'another' }),
          ...all([pod1, pod3, node1, node2], `tcp://${external(1)}:80`, { from: [name(3)] }),
        ],
      },
    ],
  },
  {
    feature: 'Source ranges',
    shows: 'load balancer addresses are silent to everybody else',
    needs: null,
    phases: [
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [
            service(1, [tcp(80, [beside], { nodePort: 30080 })], {
              loadBalancerIPs: [external(1)],
              loadBalancerSourceRanges: ['100.64.1.2/32'],
            }),
          ],
        },
        probes: [
          probe('outside', `tcp://${external(1)}:80`, 'silence'),
          probe(pod1, `tcp://${external(1)}:80`, { from: [name(3)] }),
          probe({ pod: 2 }, `tcp://${external(1)}:80`, 'silence'),
          probe('outside', `tcp://${plan.host(1)}:30080`, { from: [name(3)] }),
        ],
      },
      {
        fleet: {
          cluster: { externalCidrs: ['203.0.113.100/30'] },
          services: [service(1, [tcp(80, [beside])], { loadBalancerIPs: [external(1)], loadBalancerSourceRanges: ['203.0.113.0/24'] })],
        },
        probes: [probe('outside', `tcp://${external(1)}:80`, { from: [name(3)] }), probe(pod1, `tcp://${external(1)}:80`, 'silence')],
      },
    ],
  },
];
