import { expect, it } from 'vitest';
import { inTurns } from '../harness/in-turns.ts';

it('takes each side once a round, each first as often as the others, and does not count what warms up', async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => async (round: number) => {
    order.push(`${name}${round}`);
    return value + round;
  };
  const samples = await inTurns(2, { a: side('a', 10), b: side('b', 20) }, 1);
  expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
  expect(samples).toEqual({ a: [11, 12], b: [21, 22] });
});
