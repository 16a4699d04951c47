import { expect, it } from 'vitest';
import { broken } from './broken.ts';
import { onPrograms, type Which } from './on-programs.ts';
import type { Program } from './programs.ts';

/** How long an answer is waited for that mostly never comes, in ms. */
const ANSWER_MS = 4_000;

/** For what is to come in the end, and does not. */
const WITHIN_MS = 300_000;

/** Breaks the feature of each case, every one that `which` does not leave out, and has the case notice. */
export function describeBroken(programs: readonly Program[], which: Which): void {
  onPrograms(programs, which, ({ cases, play }) => {
    it.each(cases)('the suite notices what lacks: $feature', { timeout: WITHIN_MS }, async ({ feature, phases }) => {
      expect(await play(broken(feature, phases), ANSWER_MS)).not.toBeNull();
    });
  });
}
