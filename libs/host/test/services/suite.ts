import { EMPTY_CONFIG } from '@weft/kernel';
import { expect, it } from 'vitest';
import { onPrograms, type Which } from './on-programs.ts';
import type { Program } from './programs.ts';
import { titleOf } from './suite-cases.ts';

/** Runs cases, every one that `which` does not leave out. A case begins on what the one before it left, as on a fleet in use. */
export function describeServices(programs: readonly Program[], which: Which): void {
  onPrograms(programs, which, ({ cases, play, fleet }) => {
    it.each(cases.map((one) => [titleOf(one), one] as const))('%s', async (_title, { phases }) => {
      expect(await play(phases)).toBeNull();
    });

    it('leaves nothing behind', async () => {
      expect(await fleet().clear()).toEqual([EMPTY_CONFIG, EMPTY_CONFIG, EMPTY_CONFIG]);
    });
  });
}
