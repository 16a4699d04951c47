import { describe, expect, it } from 'vitest';
import { figure, quantile } from '../harness/figure.ts';

const WHAT = { name: 'x', size: 10, unit: 'ms' } as const;

describe('quantile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.99, 10],
    [[5], 0, 5],
    [[10, 9, 100], 1, 100],
  ])('of %j at %d is %d', (samples, share, value) => {
    expect(quantile(samples, share)).toBe(value);
  });

  it('has no value without samples', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('figure', () => {
  it('takes the median and says between what half of the runs lie', () => {
    expect(figure(WHAT, [8, 1, 2, 3, 4, 5, 6, 7])).toEqual({
      ...WHAT,
      ...{ value: 4, runs: 8, spread: { low: 2, high: 6 } },
      ...{ floor: null, floorName: null, peer: null, peerName: null },
    });
  });

  it('takes the same share of floor and peer', () => {
    const taken = figure(WHAT, [1, 2, 9], {
      share: 0.99,
      floor: { name: 'bare', samples: [1, 3] },
      peer: { name: 'other', samples: [7, 30] },
    });
    expect(taken).toMatchObject({ value: 9, floor: 3, floorName: 'bare', peer: 30, peerName: 'other', spread: null });
  });

  it('has no spread with one run', () => {
    expect(figure(WHAT, [1]).spread).toBeNull();
  });
});
