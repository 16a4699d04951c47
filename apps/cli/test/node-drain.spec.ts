import { expect, it } from 'vitest';
import type { Node } from '../src/api/drain-api.ts';
import { drainLine } from '../src/commands/node-drain.ts';

const node = (drain: object | null) => ({ name: 'node-1', status: { drain } }) as unknown as Node;

it.each([
  [
    { phase: 'Withdrawing', podsLeft: 2, waitingFor: ['node-2', 'node-3'] },
    'node-1: the others stop sending to its 2 pods, waiting for node-2, node-3',
  ],
  [{ phase: 'Evicting', podsLeft: 1, waitingFor: [] }, 'node-1: 1 pod left to go'],
  [{ phase: 'Drained', podsLeft: 0, waitingFor: [] }, 'node-1 is drained'],
  [null, null],
])('says of %j: %s', (drain, line) => {
  expect(drainLine(node(drain))).toBe(line);
});
