import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Packet } from '../../../src/packets/index.ts';
import { type Trace } from '../../packets/trace.ts';
import { trafficStates } from '../arbitrary-traffic.ts';
import { expected } from '../expected.ts';
import { NODE_1, tracerOf } from '../traced.ts';
import { merged, questions } from '../traffic-questions.ts';

test('whatever services ask for, every packet ends where it must', () => {
  fc.assert(
    fc.property(trafficStates([null, 'random', 'rr', 'wrr', 'mh'], ['Port']), (state) => {
      const [node] = state.nodes;
      if (node === undefined) throw new Error('no node');
      const does = tracerOf('ipvs', state);
      const must = expected(state, { ...node, backend: 'ipvs' }, NODE_1);
      const asked = questions(state);
      const told = (answer: (packet: Packet) => Trace) => asked.map((packet) => ({ packet, ...merged(answer(packet)) }));
      expect(told(does)).toEqual(told(must));
    }),
    { numRuns: 25 },
  );
});
