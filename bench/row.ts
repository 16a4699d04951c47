/** One result: a figure next to the least it could cost (floor) and, where there is one, what another system needs (peer). */
export interface Row {
  readonly area: string;
  readonly name: string;
  /** What was varied: number of services, nodes, clients. */
  readonly size: number;
  readonly unit: 'ms' | 'µs' | 'per second' | 'count' | 'bytes';
  readonly value: number;
  readonly floor: number | null;
  readonly floorName: string | null;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** How many measurements the value is taken from. */
  readonly runs: number;
}

/** The value below which `share` (0 to 1) of the samples lie, by the nearest-rank method. Throws RangeError without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

const COLUMNS: (keyof Row)[] = ['area', 'name', 'size', 'unit', 'value', 'floor', 'floorName', 'peer', 'peerName', 'runs'];

const text = (value: number | null) => (value === null ? '–' : value.toFixed(value < 10 ? 2 : 1));

/** Prints rows as aligned text, or as one JSON object a line. */
export function print(rows: readonly Row[], json: boolean): void {
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row, COLUMNS));
    return;
  }
  const cells = [
    ['area', 'what', 'size', 'value', 'unit', 'floor', '× floor', 'floor is', 'peer', 'peer ×', 'peer is', 'runs'],
    ...rows.map((row) => [
      row.area,
      row.name,
      String(row.size),
      text(row.value),
      row.unit,
      text(row.floor),
      row.floor === null ? '–' : text(row.value / row.floor),
      row.floorName ?? '–',
      text(row.peer),
      row.peer === null ? '–' : text(row.peer / row.value),
      row.peerName ?? '–',
      String(row.runs),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  for (const line of cells)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
