import type { Row } from './figure.ts';

const NOTHING = '–';

/** A number with as many digits as a reader needs. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

const orNothing = (value: number | null) => (value === null ? NOTHING : numberText(value));

/** The columns of the table, and what of a row each shows. */
const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ['area', ({ area }) => area],
  ['what', ({ name }) => name],
  ['size', ({ size }) => String(size)],
  ['value', ({ value }) => numberText(value)],
  ['half within', ({ spread }) => (spread === null ? NOTHING : `${numberText(spread.low)}…${numberText(spread.high)}`)],
  ['unit', ({ unit }) => unit],
  ['floor', ({ floor }) => orNothing(floor)],
  ['× floor', ({ value, floor }) => (floor === null || floor === 0 ? NOTHING : numberText(value / floor))],
  ['floor is', ({ floorName }) => floorName ?? NOTHING],
  ['peer', ({ peer }) => orNothing(peer)],
  ['× peer', ({ value, peer }) => (peer === null || peer === 0 ? NOTHING : numberText(value / peer))],
  ['peer is', ({ peerName }) => peerName ?? NOTHING],
  ['runs', ({ runs }) => String(runs)],
];

/** Rows as aligned lines under a line of headings. */
export function tableLines(rows: readonly Row[]): string[] {
  const cells = [COLUMNS.map(([heading]) => heading), ...rows.map((row) => COLUMNS.map(([, show]) => show(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
