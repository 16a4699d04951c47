import { node, plan, service, tcp, udp } from '@weft/testing/desired';
import type { Sent } from '../../src/index.ts';
import { type FleetParts, fromPod, PlannedFleet, podOn } from './fleet.ts';

/** A connection of a fleet: whose it is, and what is asked. */
export interface ReachCase {
  readonly fleet: PlannedFleet;
  /** Number of the node that the packet is sent on, or comes to. */
  readonly at: number;
  readonly sent: Sent;
}

const pods = { 1: [podOn(1, 1), podOn(1, 2)], 2: [podOn(2, 1)] };
const [near, far] = [plan.pod(1, 2), plan.pod(2, 1)];
const EXTERNAL = '203.0.113.10';

const fleet = (parts: FleetParts = {}) => new PlannedFleet({ pods, ...parts });
const outside = (destination: string, port: number): Sent => ({
  origin: { in: 'network', tunnel: false },
  packet: { source: plan.outside, destination, port, protocol: 'tcp' },
});
const web = (...[endpoints, changes]: [endpoints: string[], changes?: Parameters<typeof service>[2]]) => [
  service(1, [tcp(80, endpoints, { nodePort: 30080 })], { name: 'web', ...changes }),
];
const ownBackend = (backend: 'iptables' | 'ipvs') => [node(1, { backend }), node(2, { backend }), node(3)];
const routed = [node(1, { podLink: 'routed' }), node(2, { podLink: 'routed' })];

/** Each row of what can become of a connection. */
export const cases: Readonly<Record<string, ReachCase>> = {
  'pod to pod of its node': { fleet: fleet(), at: 1, sent: fromPod(1, 1, near, 8080) },
  'pod to pod of its node, routed': { fleet: fleet({ nodes: routed }), at: 1, sent: fromPod(1, 1, near, 8080) },
  'pod to pod, direct': { fleet: fleet(), at: 1, sent: fromPod(1, 1, far, 8080) },
  'pod to pod, vxlan': { fleet: fleet({ cluster: { overlay: 'vxlan' } }), at: 1, sent: fromPod(1, 1, far, 8080) },
  'pod to pod, one way through a tunnel': {
    fleet: fleet({ nodes: [node(1, { overlay: 'vxlan' }), node(2), node(3)] }),
    at: 1,
    sent: fromPod(1, 1, far, 8080),
  },
  'pod to a port where nothing listens': { fleet: fleet(), at: 1, sent: fromPod(1, 1, far, 9) },
  'pod to an address that no pod has': { fleet: fleet(), at: 1, sent: fromPod(1, 1, plan.pod(2, 7), 8080) },
  'pod to an address that no node has a block for': { fleet: fleet(), at: 1, sent: fromPod(1, 1, '100.64.99.2', 8080) },
  'pod to the world': { fleet: fleet(), at: 1, sent: fromPod(1, 1, plan.outside, 443) },
  'cluster IP': { fleet: fleet({ services: web([near, far]) }), at: 1, sent: fromPod(1, 1, plan.service(1), 80) },
  'cluster IP, iptables': {
    fleet: fleet({ nodes: ownBackend('iptables'), services: web([far]) }),
    at: 1,
    sent: fromPod(1, 1, plan.service(1), 80),
  },
  'cluster IP, ipvs': {
    fleet: fleet({ nodes: ownBackend('ipvs'), services: web([far]) }),
    at: 1,
    sent: fromPod(1, 1, plan.service(1), 80),
  },
  'node port from outside, iptables': {
    fleet: fleet({ nodes: ownBackend('iptables'), services: web([far]) }),
    at: 1,
    sent: outside(plan.host(1), 30080),
  },
  'node port from outside, ipvs': {
    fleet: fleet({ nodes: ownBackend('ipvs'), services: web([far]) }),
    at: 1,
    sent: outside(plan.host(1), 30080),
  },
  'no endpoints, ipvs': { fleet: fleet({ nodes: ownBackend('ipvs'), services: web([]) }), at: 1, sent: fromPod(1, 1, plan.service(1), 80) },
  'cluster IP from a node': {
    fleet: fleet({ services: web([far]) }),
    at: 1,
    sent: { origin: { in: 'host' }, packet: { source: null, destination: plan.service(1), port: 80, protocol: 'tcp' } },
  },
  hairpin: { fleet: fleet({ services: web([plan.pod(1, 1)]) }), at: 1, sent: fromPod(1, 1, plan.service(1), 80) },
  'no endpoints': { fleet: fleet({ services: web([]) }), at: 1, sent: fromPod(1, 1, plan.service(1), 80) },
  'a port that the service has not': { fleet: fleet({ services: web([far]) }), at: 1, sent: fromPod(1, 1, plan.service(1), 81) },
  'an address that no service has': { fleet: fleet({ services: web([far]) }), at: 1, sent: fromPod(1, 1, plan.service(99), 80) },
  'UDP to a service': {
    fleet: fleet({ services: [service(1, [udp(53, [far])], { name: 'dns' })] }),
    at: 1,
    sent: fromPod(1, 1, plan.service(1), 53, 'udp'),
  },
  'node port from outside': { fleet: fleet({ services: web([far]) }), at: 1, sent: outside(plan.host(1), 30080) },
  'node port from outside, policy Local': {
    fleet: fleet({ services: web([near], { externalTrafficPolicy: 'Local' }) }),
    at: 1,
    sent: outside(plan.host(1), 30080),
  },
  'node port from outside, policy Local, endpoints elsewhere': {
    fleet: fleet({ services: web([far], { externalTrafficPolicy: 'Local' }) }),
    at: 1,
    sent: outside(plan.host(1), 30080),
  },
  "another node's node port from a pod": { fleet: fleet({ services: web([near]) }), at: 1, sent: fromPod(1, 1, plan.host(2), 30080) },
  'load balancer address, source ranges': {
    fleet: fleet({ services: web([far], { loadBalancerIPs: [EXTERNAL], loadBalancerSourceRanges: ['192.0.2.0/24'] }) }),
    at: 1,
    sent: outside(EXTERNAL, 80),
  },
};
