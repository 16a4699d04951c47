import { expect, it } from 'vitest';
import { meanwhile } from '../../src/dataplane/meanwhile.ts';

/** Steps that are counted, and what is told after so many. */
function counted(after: number, tell: () => void) {
  const steps = { made: 0 };
  function* work(most: number) {
    while (steps.made < most) {
      steps.made += 1;
      if (steps.made === after) tell();
      yield;
    }
  }
  return { steps, work };
}

it('works until what is awaited is there, and leaves the rest', async () => {
  const awaited = Promise.withResolvers<string>();
  const { steps, work } = counted(3, () => awaited.resolve('seen'));
  expect(await meanwhile(awaited.promise, work(1_000))).toBe('seen');
  expect(steps.made).toBe(3);
});

it('waits when the work is done', async () => {
  const awaited = Promise.withResolvers<string>();
  const { steps, work } = counted(3, () => setTimeout(() => awaited.resolve('seen'), 5));
  expect(await meanwhile(awaited.promise, work(4))).toBe('seen');
  expect(steps.made).toBe(4);
});

it('does nothing for what is there already', async () => {
  const { steps, work } = counted(1, () => undefined);
  expect(await meanwhile(Promise.resolve('seen'), work(4))).toBe('seen');
  expect(steps.made).toBe(0);
});

it('rejects with what is awaited', async () => {
  const awaited = Promise.withResolvers<string>();
  const { work } = counted(2, () => awaited.reject(new Error('unseen')));
  await expect(meanwhile(awaited.promise, work(1_000))).rejects.toThrow('unseen');
});
