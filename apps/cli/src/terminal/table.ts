import { stripVTControlCharacters } from 'node:util';

const GAP = '  ';

const width = (text: string) => [...stripVTControlCharacters(text)].length;

/** Rows as lines with aligned columns, the headings first; cells may carry colours. No rows: no lines. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const pad = (text: string, column: number) => text + ' '.repeat((widths[column] ?? 0) - width(text));
  return all.map((row) =>
    headings
      .map((_, column) => pad(row[column] ?? '', column))
      .join(GAP)
      .trimEnd(),
  );
}
