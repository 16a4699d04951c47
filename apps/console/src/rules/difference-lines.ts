import type { RuleDifference } from '../api.ts';
import type { Line } from './rule-lines.tsx';

/** What became of rules, as lines that went, came or moved. */
export const linesOf = (differences: readonly RuleDifference[]): Line[] =>
  differences.flatMap(({ change, before, after }): Line[] => {
    if (change === 'moved') return after === null ? [] : [{ ...after, sign: '!' }];
    return [...(before === null ? [] : [{ ...before, sign: '-' } as const]), ...(after === null ? [] : [{ ...after, sign: '+' } as const])];
  });
