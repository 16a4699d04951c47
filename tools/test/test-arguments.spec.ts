import { describe, expect, it } from 'vitest';
import { wantedOf } from '../test-arguments.ts';

const known = ['unit', 'guest'];

describe('the arguments of a test run', () => {
  it('runs everything when nothing is named', () => {
    expect(wantedOf([], known)).toEqual({ everything: true, tiers: known, files: [], longFaults: false });
  });

  it('tells files from tiers', () => {
    expect(wantedOf(['guest', 'libs/testing', 'ipvs.guest.ts'], known)).toEqual({
      everything: false,
      tiers: ['guest'],
      files: ['libs/testing', 'ipvs.guest.ts'],
      longFaults: false,
    });
  });

  it('takes faults in their long form for a tier', () => {
    const wanted = { everything: false, tiers: ['fault'], longFaults: true };
    expect(wantedOf(['--faults'], [...known, 'fault'])).toEqual({ ...wanted, files: [] });
    expect(wantedOf(['fault', '--faults', 'redis.fault.ts'], [...known, 'fault'])).toEqual({ ...wanted, files: ['redis.fault.ts'] });
  });

  it('runs some tiers only when they are named', () => {
    expect(wantedOf([], known, ['containers'])).toMatchObject({ tiers: known });
    expect(wantedOf(['containers'], known, ['containers'])).toMatchObject({ everything: false, tiers: ['containers'] });
  });

  it.each([
    [['slow'], 'there is no tier slow; there are unit, guest'],
    [['libs/model'], 'name the tier of libs/model: unit, guest'],
  ])('refuses %j', (args, says) => {
    expect(() => wantedOf(args, known)).toThrow(says);
  });
});
