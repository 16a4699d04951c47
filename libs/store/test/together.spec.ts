import { expect, it } from 'vitest';
import { askedTogether, restAfter } from '../src/database/together.ts';

/** Asks questions that say their kind before the first colon, and tells how they were put together. */
async function batchesOf(questions: readonly string[], ofKindMax = Number.POSITIVE_INFINITY): Promise<string[][]> {
  const batches: string[][] = [];
  const ask = askedTogether<string, string>(
    async (batch) => {
      batches.push([...batch]);
      return (question) => question;
    },
    { kindOf: (question) => question.split(':')[0] ?? '', kindsMax: 16, ofKindMax, restMaxMs: 0, gatherMs: 0 },
  );
  expect(await Promise.all(questions.map(ask))).toEqual(questions);
  return batches;
}

it('asks at once for one alone, and together for those that come while statements are under way', async () => {
  expect(await batchesOf(['a:1', 'a:2', 'a:3', 'b:4', 'a:5'])).toEqual([['a:1'], ['a:2'], ['a:3', 'b:4', 'a:5']]);
});

it('asks for no more kinds at a time than it may, and leaves nobody waiting', async () => {
  const questions = Array.from({ length: 200 }, (_, n) => `${n % 40}:${n}`);
  const batches = await batchesOf(questions);
  const kinds = batches.map((batch) => new Set(batch.map((question) => question.split(':')[0])).size);
  expect(Math.max(...kinds)).toBe(16);
  expect(batches.flat().sort()).toEqual([...questions].sort());
});

it('asks no more of a kind at a time than it may, and leaves the others where they are', async () => {
  const batches = await batchesOf(['a:1', 'a:2', 'a:3', 'a:4', 'b:5', 'a:6', 'c:7', 'b:8'], 1);
  expect(batches).toEqual([['a:1'], ['a:2'], ['a:3', 'b:5', 'c:7'], ['a:4', 'b:8'], ['a:6']]);
});

/** Asks by statements that take so long, in ms, and fail when the question says so, and tells when each was begun. */
function timed(statementMs: number, restMaxMs: number, gatherMs = 0, kindOf: (question: 'answer' | 'failure') => string = () => '') {
  const times: number[] = [];
  const ask = askedTogether<'answer' | 'failure', number>(
    async (batch) => {
      times.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, statementMs));
      if (batch.includes('failure')) throw new Error('no answer');
      return () => batch.length;
    },
    { kindOf, kindsMax: 1, ofKindMax: Number.POSITIVE_INFINITY, restMaxMs, gatherMs },
  );
  return { ask, between: (one: number, other: number) => (times[other] ?? 0) - (times[one] ?? 0), count: () => times.length };
}

it('rests as long as a statement took, and asks together for what comes meanwhile', async () => {
  const { ask, between, count } = timed(40, 60_000);
  // Two are under way; while these rest, the others come together.
  await Promise.all([ask('answer'), ask('answer')]);
  expect(await Promise.all([ask('answer'), ask('answer'), ask('answer')])).toEqual([3, 3, 3]);
  expect(count()).toBe(3);
  expect(between(0, 2)).toBeGreaterThanOrEqual(75);
});

it('rests no longer than it may', async () => {
  const { ask, between } = timed(800, 20);
  await Promise.all([ask('answer'), ask('answer')]);
  await ask('answer');
  expect(between(0, 2)).toBeLessThan(1_400);
});

it('does not rest while more kinds wait than one statement may answer', async () => {
  const { ask, between } = timed(800, 60_000, 0, (question) => question);
  await Promise.allSettled([ask('answer'), ask('answer'), ask('answer'), ask('failure')]);
  expect(between(0, 2)).toBeLessThan(1_400);
});

it('rests where many of one kind wait', async () => {
  const { ask, between } = timed(40, 60_000);
  await Promise.all(Array.from({ length: 10 }, () => ask('answer')));
  expect(between(0, 2)).toBeGreaterThanOrEqual(75);
});

it('rests longer after a crowd', async () => {
  const { ask, between } = timed(40, 60_000, 60_000);
  // Two are asked alone; the third statement answers the other twenty, and rests for so many times 40 ms.
  await Promise.all(Array.from({ length: 22 }, () => ask('answer')));
  // So one after the other is asked beside it, each when the one before it has rested.
  await Promise.all([ask('answer'), ask('answer')]);
  expect(between(3, 4)).toBeGreaterThanOrEqual(75);
});

it('makes the rest as many times longer as questions were answered, within its limits', () => {
  const rest = (tookMs: number, questions: number) => restAfter(tookMs, questions, { restMaxMs: 100, gatherMs: 40 });
  expect(rest(3, 1)).toBe(3);
  expect(rest(3, 5)).toBe(15);
  expect(rest(3, 50)).toBe(40);
  expect(rest(60, 50)).toBe(60);
  expect(rest(600, 50)).toBe(100);
});

it('does not rest after a statement that failed', async () => {
  const { ask, between } = timed(800, 60_000);
  const failed = await Promise.allSettled([ask('failure'), ask('failure')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await ask('answer');
  expect(between(0, 2)).toBeLessThan(1_400);
});
