import { describe, expect, it } from 'vitest';
import { wantedOf } from '../test-arguments.ts';

const known = ['unit', 'guest'];

describe('the arguments of a test run', () => {
  it('runs everything when nothing is named', () => {
    expect(wantedOf([], known)).toEqual({ everything: true, tiers: known, files: [] });
  });

  it('tells files from tiers', () => {
    expect(wantedOf(['guest', 'libs/testing', 'ipvs.guest.ts'], known)).toEqual({
      everything: false,
      tiers: ['guest'],
      files: ['libs/testing', 'ipvs.guest.ts'],
    });
  });

  it.each([
    [['slow'], 'there is no tier slow; there are unit, guest'],
    [['libs/model'], 'name the tier of libs/model: unit, guest'],
  ])('refuses %j', (args, says) => {
    expect(() => wantedOf(args, known)).toThrow(says);
  });
});
