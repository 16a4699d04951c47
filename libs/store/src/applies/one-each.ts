import { type FieldError, ProblemError } from '@weft/model';
import type { Asked } from './asked.ts';

/** Throws ProblemError ValidationFailed that names everything that is said of one object more than once: the last would win, and nobody would see the others. */
export function requireOneEach(asked: readonly Asked[]): void {
  const errors = [...Map.groupBy(asked, ({ identity }) => identity)].flatMap(([identity, all]): FieldError[] => {
    if (all.length === 1) return [];
    const message = `${all.map(({ called }) => called).join(' and ')} are both for ${identity}; say it once`;
    return all.map(({ pointer }) => ({ pointer, code: 'Duplicate', message }));
  });
  if (errors[0] !== undefined) throw new ProblemError('ValidationFailed', errors[0].message, errors);
}
