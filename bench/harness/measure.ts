import { inspect } from 'node:util';
import type { Area, Bench, Measurement } from './area.ts';
import type { Wanted } from './arguments.ts';
import type { Row } from './figure.ts';

/** An area under its name. */
export interface NamedArea {
  readonly name: string;
  readonly area: Area;
}

/** What became of a run. */
export interface Measured {
  readonly rows: readonly Row[];
  /** How many measurements rejected. */
  readonly failed: number;
  /** Why measurements were left out, in sentences. */
  readonly lacking: readonly string[];
}

/** What of an area is wanted: the sizes of each measurement. */
export function chosen({ measurements }: Area, { only, sizes, quick }: Pick<Wanted, 'only' | 'sizes' | 'quick'>) {
  return measurements
    .filter(({ name }) => only === null || name.includes(only))
    .map((measurement) => ({ measurement, sizes: sizes ?? (quick ? measurement.quickSizes : measurement.sizes) }));
}

/** Takes all measurements that are wanted, one after the other: beside one another they would measure each other. Rows are given to `onRow` as they come. */
export async function measure(areas: readonly NamedArea[], wanted: Wanted, bench: Bench, onRow: (row: Row) => void): Promise<Measured> {
  const rows: Row[] = [];
  const lacking: string[] = [];
  let failed = 0;
  for (const { name, area } of areas)
    for (const { measurement, sizes } of chosen(area, wanted)) {
      const lacks = (await measurement.lacks?.()) ?? null;
      if (lacks !== null) lacking.push(`${name}, ${measurement.name} is not measured: ${lacks}`);
      for (const size of lacks === null ? sizes : []) {
        const taken = await take(name, measurement, size, bench);
        if (taken === null) failed += 1;
        for (const row of taken ?? []) {
          rows.push(row);
          onRow(row);
        }
      }
    }
  return { rows, failed, lacking };
}

async function take(area: string, measurement: Measurement, size: number, bench: Bench): Promise<Row[] | null> {
  bench.say(`${area}, ${measurement.name}, ${size}`);
  try {
    return (await measurement.take(size, bench)).map((figure) => ({ area, ...figure }));
  } catch (error) {
    bench.say(`${area}, ${measurement.name}, ${size} failed: ${inspect(error)}`);
    return null;
  }
}
