import type { DesiredState } from '@weft/model';
import { node, plan } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { type Packet } from '../../src/packets/index.ts';
import { desiredStates } from './arbitrary.ts';
import { backends, senders, tracerOf } from './traced.ts';

/** Packets that ask every question about a state: to each of its ports by each way in, and to what it does not have. */
function questions(state: DesiredState): Packet[] {
  const ways = state.services.flatMap(({ clusterIP, ports }) => [
    ...ports.map(({ port }) => ({ destination: clusterIP, port })),
    ...ports.flatMap(({ nodePort }) => (nodePort === null ? [] : [{ destination: plan.host(1), port: nodePort }])),
    { destination: clusterIP, port: 9 },
  ]);
  const elsewhere = [
    { destination: plan.service(99), port: 80 },
    { destination: plan.pod(2, 1), port: 8080 },
    { destination: plan.outside, port: 80 },
  ];
  return [...ways, ...elsewhere].flatMap((way) =>
    Object.values(senders).flatMap((sender) => (['tcp', 'udp'] as const).map((protocol) => ({ ...sender, ...way, protocol }))),
  );
}

const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });

/** A state and the same state with its lists in another order; endpoints keep theirs, which is part of what a state says. */
const reordered = desiredStates.chain((state) =>
  fc.tuple(
    fc.constant(state),
    fc
      .record({ services: shuffled(state.services), pods: shuffled(state.pods), nodes: shuffled(state.nodes) })
      .map((lists) => ({ ...state, ...lists, services: lists.services.map((s) => ({ ...s, ports: s.ports.toReversed() })) })),
  ),
);

test('all backends do the same to every packet', () => {
  fc.assert(
    fc.property(desiredStates, (state) => {
      const asked = questions(state);
      const [first, ...others] = backends.map((backend) => asked.map(tracerOf(backend, state)));
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 30 },
  );
});

describe.each(backends)('%s', (backend) => {
  test('the order of the input does not matter', () => {
    fc.assert(
      fc.property(reordered, ([state, other]) => {
        const [a, b] = [state, other].map((desired) => JSON.stringify(BACKENDS[backend].compile({ desired, node: node(1) })));
        expect(b).toBe(a);
      }),
    );
  });

  test('the input is not changed', () => {
    fc.assert(
      fc.property(desiredStates, (state) => {
        const before = structuredClone(state);
        BACKENDS[backend].compile({ desired: state, node: node(1) });
        expect(state).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });
});
