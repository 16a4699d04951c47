const GAP = 3;

/**
 * A table whose rows come one by one: makes a line of each, the first with the headings before it. A column is as wide as the widest cell so far, and
 * stays so.
 */
export function growingTable(headings: readonly string[] | null): (row: readonly string[]) => string {
  const widths = (headings ?? []).map((heading) => heading.length);
  let begun = headings === null;
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd((widths[at] ?? 0) + GAP))
      .join('')
      .trimEnd();
  return (row) => {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
    const before = begun ? '' : `${line(headings ?? [])}\n`;
    begun = true;
    return before + line(row);
  };
}
