import { ProblemError } from '@weft/model';

/** The row, or a ProblemError NotFound that names what was asked for. */
export function found<T>(row: T | null | undefined, kind: string, id: string): T {
  if (row === null || row === undefined) throw new ProblemError('NotFound', `there is no ${kind} ${id}`);
  return row;
}
