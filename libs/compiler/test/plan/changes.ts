import type { Backend, ClusterNetwork, DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { node, pod } from '@weft/testing/desired';
import fc from 'fast-check';
import { trafficStates } from '../backends/arbitrary-traffic.ts';

/** Services spread over ranges of addresses of every size that rules are parted by, some of them behind one external address at ports of their own. */
function spread(state: DesiredState): DesiredState {
  const moved = (service: DesiredService, index: number): DesiredService => ({
    ...service,
    trafficDistribution: index % 2 === 0 ? 'PreferSameZone' : service.trafficDistribution,
    clusterIP: `198.19.${(index % 2) * 16 + (index >> 1)}.${index * 9}`,
    externalIPs: service.externalIPs.length > 0 ? [`203.0.113.${100 + (index % 2)}`] : [],
    ports: service.ports.map((port) => ({ ...port, port: port.port + index * 1000 })),
  });
  return { ...state, services: state.services.map(moved) };
}

type Become = (state: DesiredState) => DesiredState;

const ofNode =
  (number: number, other: Partial<DesiredNode>): Become =>
  (state) => ({
    ...state,
    nodes: state.nodes.map((one) => (one.id === node(number).id ? { ...one, ...other } : one)),
  });
const ofCluster =
  (other: Partial<ClusterNetwork>): Become =>
  (state) => ({ ...state, cluster: { ...state.cluster, ...other } });

/** How the node and its surroundings become others. */
const BECOME: readonly Become[] = [
  (state) => ({ ...state, nodes: [...state.nodes, node(4)] }),
  (state) => ({ ...state, nodes: [...state.nodes, node(4, { zone: 'a' })] }),
  (state) => ({ ...state, nodes: state.nodes.filter(({ id }) => id !== node(3).id) }),
  (state) => ({ ...state, pods: [...state.pods, pod(9)] }),
  (state) => ({ ...state, nodes: state.nodes.map((one) => ({ ...one, zone: `zone-${one.name}` })) }),
  ofNode(1, { zone: 'b' }),
  ofNode(1, { address: '192.0.2.77/24' }),
  ofNode(1, { podBlocks: [...node(1).podBlocks, '100.64.9.0/24'] }),
  ofNode(1, { mtu: 1400, overlay: 'vxlan' }),
  ofNode(1, { nodePortAddresses: ['0.0.0.0/0'] }),
  ofNode(2, { zone: 'a' }),
  ofNode(3, { zone: null, address: '192.0.2.78/24' }),
  ofCluster({ masqueradeMark: 0x8000 }),
  ofCluster({ podCidrs: ['100.64.0.0/16', '192.0.0.0/16'] }),
  ofCluster({ serviceCidrs: ['198.19.0.0/16', '203.0.113.0/24'] }),
  ofCluster({ overlay: 'vxlan', externalCidrs: ['203.0.113.0/24'], masqueradePorts: { from: 40_000, to: 50_000 } }),
];

const surroundings = fc.oneof(
  fc.constant<Become>((state) => state),
  fc.constantFrom(...BECOME),
);

/** Zones as they are before. */
const zoned: Become = (state) => ({ ...state, nodes: state.nodes.map((one, index) => ({ ...one, zone: index === 1 ? null : 'a' })) });

const states = trafficStates([null, 'random', 'rr'], ['Port']).map(spread).map(zoned);

const onBackend = (backend: Backend) => (state: DesiredState) => ({
  ...state,
  nodes: state.nodes.map((one, index) => (index === 0 ? { ...one, backend } : one)),
});

/** A state and one that follows it, in which some services have become those of another state and the rest are what they were. */
export function changes(backend: Backend): fc.Arbitrary<readonly [before: DesiredState, after: DesiredState]> {
  const parts = fc.record({ before: states, other: states, taken: fc.subarray([0, 1, 2, 3]), surroundings });
  return parts.map(({ before, other, taken, surroundings: become }) => {
    const followed = [0, 1, 2, 3].flatMap((at) => (taken.includes(at) ? other : before).services[at] ?? []);
    const on = onBackend(backend);
    return [on(before), on(become({ ...before, services: followed }))] as const;
  });
}
