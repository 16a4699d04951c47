import type { Reach } from '@weft/model';

/** A condition on a column that holds the name of a namespace: one of these; null, and nothing at all, is no condition. */
export function among(within: Reach | undefined): { in: string[] } | undefined {
  return within === undefined || within === null ? undefined : { in: [...within] };
}
