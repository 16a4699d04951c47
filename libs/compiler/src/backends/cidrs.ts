import { contains, prefixLength } from '@weft/model';

/** Ranges in the order of their text without those that lie inside another: a kernel set refuses overlapping elements. */
export function outermost(cidrs: readonly string[]): string[] {
  const distinct = [...new Set(cidrs)].sort();
  return distinct.filter((inner) =>
    distinct.every(
      (outer) => outer === inner || prefixLength(outer) > prefixLength(inner) || !contains(outer, inner.split('/')[0] ?? inner),
    ),
  );
}
