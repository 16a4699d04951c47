import type { Row } from '../figure.ts';

/** One line of a plot: costs by size, sizes ascending. */
export interface Series {
  readonly of: 'value' | 'floor' | 'peer';
  readonly label: string;
  readonly points: readonly { readonly size: number; readonly cost: number }[];
}

/** One plot: everything that was measured under one name. */
export interface Panel {
  readonly name: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

const LABELS = {
  value: () => 'weft',
  floor: (row: Row | undefined) => `floor: ${row?.floorName ?? ''}`,
  peer: (row: Row | undefined) => `peer: ${row?.peerName ?? ''}`,
} as const;

function seriesOf(rows: readonly Row[], of: Series['of']): Series[] {
  const shown = rows.filter((row) => (row[of] ?? 0) > 0).toSorted((a, b) => a.size - b.size);
  const points = shown.map((row) => ({ size: row.size, cost: row[of] ?? 0 }));
  return points.length === 0 ? [] : [{ of, label: LABELS[of](shown[0]), points }];
}

/** The plots that rows come to: one for each name that was measured at two sizes at least. */
export function panelsOf(rows: readonly Row[]): Panel[] {
  return [...Map.groupBy(rows, ({ name }) => name)]
    .map(([name, those]) => ({
      name,
      unit: those[0]?.unit ?? '',
      series: (['value', 'floor', 'peer'] as const).flatMap((of) => seriesOf(those, of)),
    }))
    .filter(({ series: [value] }) => new Set(value?.points.map(({ size }) => size)).size > 1);
}
