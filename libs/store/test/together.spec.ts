import { expect, it } from 'vitest';
import { askedTogether } from '../src/database/together.ts';

/** Asks questions that say their kind before the first colon, and tells how they were put together. */
async function batchesOf(questions: readonly string[]): Promise<string[][]> {
  const batches: string[][] = [];
  const ask = askedTogether<string, string>(
    async (batch) => {
      batches.push([...batch]);
      return (question) => question;
    },
    (question) => question.split(':')[0] ?? '',
  );
  expect(await Promise.all(questions.map(ask))).toEqual(questions);
  return batches;
}

it('asks at once for one alone, and together for those that come while statements are under way', async () => {
  expect(await batchesOf(['a:1', 'a:2', 'a:3', 'b:4', 'a:5'])).toEqual([['a:1'], ['a:2'], ['a:3', 'b:4', 'a:5']]);
});

it('asks for no more than sixteen kinds at a time, and leaves nobody waiting', async () => {
  const questions = Array.from({ length: 200 }, (_, n) => `${n % 40}:${n}`);
  const batches = await batchesOf(questions);
  const kinds = batches.map((batch) => new Set(batch.map((question) => question.split(':')[0])).size);
  expect(Math.max(...kinds)).toBe(16);
  expect(batches.flat().sort()).toEqual([...questions].sort());
});
