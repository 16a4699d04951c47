import type { Backend, DesiredService, DesiredState } from '@weft/model';
import { node, pod } from '@weft/testing/desired';
import fc from 'fast-check';
import { trafficStates } from '../backends/arbitrary-traffic.ts';

/** Services spread over ranges of addresses of every size that rules are parted by, some of them behind one external address at ports of their own. */
function spread(state: DesiredState): DesiredState {
  const moved = (service: DesiredService, index: number): DesiredService => ({
    ...service,
    clusterIP: `198.19.${(index % 2) * 16 + (index >> 1)}.${index * 9}`,
    externalIPs: service.externalIPs.length > 0 ? [`203.0.113.${100 + (index % 2)}`] : [],
    ports: service.ports.map((port) => ({ ...port, port: port.port + index * 1000 })),
  });
  return { ...state, services: state.services.map(moved) };
}

const states = trafficStates([null, 'random', 'rr'], ['Port']).map(spread);

/** How the node and its surroundings become others, seldom. */
const surroundings = fc.oneof(
  { weight: 5, arbitrary: fc.constant((state: DesiredState) => state) },
  { weight: 1, arbitrary: fc.constant((state: DesiredState) => ({ ...state, nodes: [...state.nodes, node(4)] })) },
  { weight: 1, arbitrary: fc.constant((state: DesiredState) => ({ ...state, pods: [...state.pods, pod(9)] })) },
  {
    weight: 1,
    arbitrary: fc.constant((state: DesiredState) => ({
      ...state,
      nodes: state.nodes.map((one) => ({ ...one, zone: `zone-${one.name}` })),
    })),
  },
  { weight: 1, arbitrary: fc.constant((state: DesiredState) => ({ ...state, cluster: { ...state.cluster, masqueradeMark: 0x8000 } })) },
);

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
