import { expect, it } from 'vitest';
import { OnTheirWay } from '../../src/watching/on-their-way.ts';

const object = (progress: string | null) => ({ id: 'a', progress });
const onTheirWay = () => new OnTheirWay(({ progress }) => progress as string | null);

/** The turns, up to this one, in which an object that stays as it is is looked at. */
function turnsOf(looking: OnTheirWay, last: number): number[] {
  const turns: number[] = [];
  for (let turn = 1; turn <= last; turn++)
    if (looking.nextTurn().has('a')) {
      turns.push(turn);
      looking.looked(object('0 of 2'));
    }
  return turns;
}

it('looks later and later at what does not move, and soon again at what does', () => {
  const looking = onTheirWay();
  looking.told(object('0 of 2'));
  expect(turnsOf(looking, 80)).toEqual([1, 3, 7, 15, 31, 51, 71]);
  looking.told(object('0 of 2'));
  expect(turnsOf(looking, 4)).toEqual([1, 3]);
});

it('looks no more at what has settled or is gone', () => {
  const looking = onTheirWay();
  looking.told(object('1 of 2'));
  looking.nextTurn();
  expect([looking.looked(object(null)), looking.nextTurn().size]).toEqual([true, 0]);
  looking.told(object('1 of 2'));
  looking.forget('a');
  expect(looking.nextTurn().size).toBe(0);
});

it('goes by what the watch told while a look was under way', () => {
  const looking = onTheirWay();
  looking.told(object('1 of 2'));
  looking.nextTurn();
  looking.told(object('0 of 2'));
  expect(looking.looked(object(null))).toBe(false);
  expect(looking.nextTurn()).toEqual(new Set(['a']));
  looking.forget('a');
  expect(looking.looked(object('1 of 2'))).toBe(false);
});
