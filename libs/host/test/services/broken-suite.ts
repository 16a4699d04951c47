import { expect, it } from 'vitest';
import { BREAKS, broken } from './broken.ts';
import { onPrograms, type Which } from './on-programs.ts';
import type { Program } from './programs.ts';

/** Breaks the feature of each case that can be broken, and has the case notice. */
export function describeBroken(programs: readonly Program[], which: Which): void {
  onPrograms(
    programs,
    (program, one) => one.feature in BREAKS && which(program, one),
    ({ cases, play }) => {
      it.each(cases)('the suite notices what lacks: $feature', async ({ feature, phases }) => {
        expect(await play(broken(feature, phases))).not.toBeNull();
      });
    },
  );
}
