/** In what a value is counted. */
export type Unit = 'ms' | 'µs' | 's' | 'per second' | 'count' | 'ratio' | 'cores' | 'bytes' | 'MB';

/** Half of the runs lie between these two. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** One result: what was measured, next to the least it could be (floor) and, where there is one, what another system needs (peer). */
export interface Figure {
  readonly name: string;
  /** What was varied: number of services, nodes, clients. */
  readonly size: number;
  readonly unit: Unit;
  readonly value: number;
  readonly floor: number | null;
  readonly floorName: string | null;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** How many measurements the value is taken from. */
  readonly runs: number;
  /** Null when there was one run, and beside a value that is no median. */
  readonly spread: Spread | null;
}

/** A figure with the area that it belongs to. */
export interface Row extends Figure {
  readonly area: string;
}

/** What is measured beside the thing itself, in the same run. */
export interface Beside {
  readonly name: string;
  readonly samples: readonly number[];
}

/** What stands beside a figure, and which of the samples it is. */
export interface FigureOptions {
  readonly floor?: Beside | null;
  readonly peer?: Beside | null;
  /** 0 to 1; the median when not given. */
  readonly share?: number;
}

/** The value below which `share` (0 to 1) of the samples lie, by the nearest-rank method. Throws RangeError without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

/** The figure that samples come to; of its floor and its peer the same share is taken. Throws RangeError without samples. */
export function figure(
  what: Pick<Figure, 'name' | 'size' | 'unit'>,
  samples: readonly number[],
  { floor = null, peer = null, share = 0.5 }: FigureOptions = {},
): Figure {
  const hasSpread = samples.length > 1 && share === 0.5;
  return {
    name: what.name,
    size: what.size,
    unit: what.unit,
    value: quantile(samples, share),
    floor: floor === null ? null : quantile(floor.samples, share),
    floorName: floor?.name ?? null,
    peer: peer === null ? null : quantile(peer.samples, share),
    peerName: peer?.name ?? null,
    runs: samples.length,
    spread: hasSpread ? { low: quantile(samples, 0.25), high: quantile(samples, 0.75) } : null,
  };
}
