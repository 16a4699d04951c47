import { expect, it } from 'vitest';
import { Pace } from '../../src/drift/pace.ts';

/** Looks as soon as it may, so many times; how long it had to wait before each, in ms. */
function waits(pace: Pace, times: number, from = 0, finds: (look: number) => string = () => 'the same'): number[] {
  let now = from;
  return Array.from({ length: times }, (_, look) => {
    const wait = Math.max(pace.notBefore - now, 0);
    now += wait;
    pace.looked(now, finds(look));
    return wait;
  });
}

it('lets the first looks follow each other at once, and doubles the pauses after that, up to half a minute', () => {
  expect(waits(new Pace(), 13)).toEqual([0, 0, 0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
});

it('begins anew after a while of quiet', () => {
  const pace = new Pace();
  waits(pace, 6);
  expect(waits(pace, 3, 30_000)).toEqual([0, 0, 0]);
});

it('does not take the pauses of its own for quiet', () => {
  const pace = new Pace();
  expect(waits(pace, 20).slice(12)).toEqual(Array.from({ length: 8 }, () => 30_000));
});

it('lets looks that find something else each time follow each other at once, but not without end', () => {
  const found = waits(new Pace(), 40, 0, String);
  expect(found.slice(0, 21)).toEqual(Array.from({ length: 21 }, () => 0));
  expect(found.slice(21, 30)).toEqual(Array.from({ length: 9 }, () => 1_000));
});
