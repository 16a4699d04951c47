import { expect, it } from 'vitest';
import { UsageError, wantedOf } from '../harness/arguments.ts';

const KNOWN = ['dataplane', 'fleet'];

it('wants everything when nothing is named', () => {
  expect(wantedOf([], KNOWN)).toEqual({
    ...{ areas: [], list: false, help: false, json: false, quick: false, plot: false, only: null, sizes: null },
  });
});

it('takes areas and options in any order', () => {
  expect(wantedOf(['--json', 'fleet', '--sizes', '50,200', '--quick', '--only', 'storm', '--plot'], KNOWN)).toEqual({
    ...{ areas: ['fleet'], list: false, help: false, json: true, quick: true, plot: true, only: 'storm', sizes: [50, 200] },
  });
});

it.each([
  [['nope'], 'there is no area nope: there are dataplane, fleet'],
  [['fleet', '--sizes', '0'], '--sizes takes whole numbers: 100,1000; not 0'],
  [['fleet', '--sizes', '1,x'], '--sizes takes whole numbers: 100,1000; not 1,x'],
  [['--fast'], "Unknown option '--fast'"],
])('refuses %j', (argv, message) => {
  expect(() => wantedOf(argv, KNOWN)).toThrow(UsageError);
  expect(() => wantedOf(argv, KNOWN)).toThrow(message);
});
