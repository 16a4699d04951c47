import { expect, it } from 'vitest';
import { inRounds } from '../src/database/flushes.ts';

/** Rounds that end when told to. */
function held() {
  const rounds: PromiseWithResolvers<void>[] = [];
  const come = inRounds(() => {
    const round = Promise.withResolvers<void>();
    rounds.push(round);
    return round.promise;
  });
  return { rounds, come };
}

const turn = () => new Promise(setImmediate);

it('has those that come together wait for one round', async () => {
  const { rounds, come } = held();
  const two = Promise.all([come(), come()]);
  await turn();
  expect(rounds).toHaveLength(1);
  rounds[0]?.resolve();
  await two;
});

it('has those that come while a round is under way wait for the next, all for the same', async () => {
  const { rounds, come } = held();
  const first = come();
  await turn();
  const over: number[] = [];
  const later = [1, 2, 3].map((n) => come().then(() => over.push(n)));
  rounds[0]?.resolve();
  await first;
  await turn();
  expect({ rounds: rounds.length, over }).toEqual({ rounds: 2, over: [] });
  rounds[1]?.resolve();
  await Promise.all(later);
  expect(rounds).toHaveLength(2);
});

it('fails those that waited for a round that fails, and no others', async () => {
  const { rounds, come } = held();
  const failing = Promise.allSettled([come(), come()]);
  await turn();
  const next = come();
  rounds[0]?.reject(new Error('broken'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  rounds[1]?.resolve();
  await next;
});

it('tells a round whether somebody of those who wait for it has committed something', async () => {
  const told: boolean[] = [];
  const come = inRounds(async (committed) => {
    told.push(committed);
  });
  await Promise.all([come(), come(true), come()]);
  await come();
  expect(told).toEqual([true, false]);
});
