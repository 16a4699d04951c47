import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Packet } from '../../../src/packets/index.ts';
import { type Trace, tracer } from '../../packets/trace.ts';
import { trafficStates } from '../arbitrary-traffic.ts';
import { expected } from '../expected.ts';
import { NODE_1 } from '../traced.ts';
import { merged, questions } from '../traffic-questions.ts';
import { compiled } from './compiled.ts';

// Thousands of packets: some seconds on a machine that does much else.
test('whatever services ask for, every packet ends where it must', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(trafficStates([null, 'random', 'rr', 'wrr', 'sh', 'dh']), (state) => {
      const [node] = state.nodes;
      if (node === undefined) throw new Error('no node');
      const does = tracer({ nft: compiled(state), iptables: null }, NODE_1);
      const must = expected(state, node, NODE_1);
      const asked = questions(state);
      const told = (answer: (packet: Packet) => Trace) => asked.map((packet) => ({ packet, ...merged(answer(packet)) }));
      expect(told(does)).toEqual(told(must));
    }),
    { numRuns: 25 },
  );
});
