import type { Figure } from './figure.ts';

/** What a measurement is told beside its size. */
export interface Bench {
  /** Fewer runs are enough. */
  readonly quick: boolean;
  /** Says on standard error what goes on. */
  readonly say: (text: string) => void;
}

/** One row of an area's table: what is measured, and at which sizes. */
export interface Measurement {
  /** What `--only` selects by; the names of its figures may say more. */
  readonly name: string;
  readonly sizes: readonly number[];
  /** Those of them that are enough with `--quick`. */
  readonly quickSizes: readonly number[];
  /** Why this cannot be measured here; null: it can. Where it is left out, it always can. */
  readonly lacks?: () => Promise<string | null>;
  /** Measures at one size. What it rejects with is shown, and the next is measured. */
  readonly take: (size: number, bench: Bench) => Promise<readonly Figure[]>;
}

/** A group of measurements about one thing. */
export interface Area {
  /** One sentence, for the list of areas. */
  readonly summary: string;
  /** What the sizes count, for the axis of its plots: `services`. */
  readonly sizeOf: string;
  readonly measurements: readonly Measurement[];
}
