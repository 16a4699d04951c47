import { expect, it } from 'vitest';
import { forNewest } from '../src/newest.ts';

it('works on the first and the newest of what comes meanwhile, one after the other, and never at once', async () => {
  const done: string[] = [];
  let gate = Promise.withResolvers<void>();
  const work = forNewest(async (one: string) => {
    done.push(`${one} begins`);
    await gate.promise;
    done.push(`${one} ends`);
  });
  work.bring('passed over');
  work.bring('a');
  expect(done).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  work.bring('b');
  work.bring('c');
  gate.resolve();
  await work.settled();
  expect(done).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);

  gate = Promise.withResolvers<void>();
  gate.resolve();
  work.bring('d');
  await work.settled();
  expect(done.at(-1)).toBe('d ends');
});
