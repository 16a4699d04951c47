import type { Labels } from '@weft/model';
import type { LabelsPatch } from '../commit/merge-labels.ts';

/** The merge patch that makes labels these and no others. */
export function wholeLabels(before: Labels | null, after: Labels | null): LabelsPatch {
  return after && { ...Object.fromEntries(Object.keys(before ?? {}).map((name) => [name, null])), ...after };
}
