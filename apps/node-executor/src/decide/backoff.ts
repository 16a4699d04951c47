const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying again after `failures` failures in a row (at least 1), in ms: 1 s, doubling up to 30 s, minus up to a quarter
 * so that a fleet that failed together does not come back together. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS);
  return Math.round(full * (1 - random / 4));
}

/** A period with ±10 % of jitter, in the unit it was given in. `random` is in [0, 1). */
export function jittered(period: number, random: number): number {
  return Math.round(period * (0.9 + random / 5));
}
