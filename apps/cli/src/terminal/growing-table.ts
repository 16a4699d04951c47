const GAP = 3;

/**
 * A table whose rows come one by one: makes a line of each, the first with the headings before it. A column is as wide as the widest cell so far, and
 * stays so; `known` are rows that are going to come.
 */
export function growingTable(
  headings: readonly string[] | null,
  known: readonly (readonly string[])[] = [],
): (row: readonly string[]) => string {
  const widths: number[] = [];
  const widen = (row: readonly string[]) => {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  };
  for (const row of [headings ?? [], ...known]) widen(row);
  let begun = headings === null;
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd((widths[at] ?? 0) + GAP))
      .join('')
      .trimEnd();
  return (row) => {
    widen(row);
    const before = begun ? '' : `${line(headings ?? [])}\n`;
    begun = true;
    return before + line(row);
  };
}
