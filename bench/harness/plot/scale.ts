/** Places numbers on a line, powers of ten at equal distances. */
export interface LogScale {
  /** Where a value lies, in the units of the drawing. */
  readonly at: (value: number) => number;
  /** The powers of ten in the range, both ends among them. */
  readonly ticks: readonly number[];
}

/** A scale from the power of ten below the least value to the one above the greatest. Values that are not above zero have no place on it: give none. */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1);
  const at = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}
