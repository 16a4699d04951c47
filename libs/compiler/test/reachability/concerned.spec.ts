import type { Arrival, Backend, Crossing, DesiredState } from '@weft/model';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, concerned, crossings } from '../../src/index.ts';
import { trafficStates } from '../backends/arbitrary-traffic.ts';
import { questions } from '../backends/traffic-questions.ts';

const ID = node(1).id;

/** So many of the packets that ask every question about a state. */
const ASKED = 40;

function crossed(state: DesiredState, arrival: Arrival): readonly Crossing[] {
  const own = state.nodes.find(({ id }) => id === ID) ?? node(1);
  return crossings(own, compile(state, ID))(arrival);
}

const everything = (all: readonly Crossing[]): object[] => [...all];
/** On iptables services share chains that lead to those of their neighbours' addresses: a packet may pass fewer of these. */
const outcome = (all: readonly Crossing[]): object[] => all.map(({ steps, ...rest }) => rest);

const COMPARED: Readonly<Record<Backend, typeof outcome>> = { nftables: everything, ipvs: everything, iptables: outcome };

// Every packet compiles states of its own: some seconds on a machine that does much else.
test.each(Object.entries(COMPARED))(
  '%s: a packet meets the same in the part of a state that concerns it as in the whole',
  {
    timeout: 120_000,
  },
  (backend, compared) => {
    fc.assert(
      fc.property(trafficStates([null]), fc.nat(1_000), (state, first) => {
        const whole = { ...state, nodes: state.nodes.map((one) => (one.id === ID ? { ...one, backend: backend as Backend } : one)) };
        const all = questions(whole);
        for (const { from, source, destination, protocol, port } of all.filter(
          (_, at) => (at + first) % Math.ceil(all.length / ASKED) === 0,
        )) {
          const packet = { source, destination, protocol, port };
          const arrival: Arrival = { origin: from === 'node' ? { in: 'host' } : { in: 'network', tunnel: false }, packet, answer: false };
          expect(compared(crossed(concerned(whole, packet, [ID]), arrival))).toEqual(compared(crossed(whole, arrival)));
        }
      }),
      { numRuns: 5 },
    );
  },
);

test('concerned are the service that is asked, and those that its endpoints are for', () => {
  const state = desired({
    services: [
      service(1, [tcp(80, [`${plan.host(2)}:30080`])]),
      service(2, [tcp(80, [plan.pod(3, 1)], { nodePort: 30080 })]),
      service(3, [tcp(80, [plan.pod(3, 1)])]),
    ],
  });
  const packet = { source: plan.outside, destination: plan.service(1), protocol: 'tcp', port: 80 } as const;
  const { services, nodes } = concerned(state, packet, [ID]);
  expect(services.map(({ name }) => name)).toEqual(['service-1', 'service-2']);
  expect(nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(concerned(state, { ...packet, destination: plan.service(3) }, [ID]).nodes.map(({ name }) => name)).toEqual(['node-1', 'node-3']);
});
