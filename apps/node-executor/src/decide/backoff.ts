const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

const CHASE_LEAST_MS = 1_000;
const CHASE_SHARE = 0.4;

/**
 * How long to wait before trying again after `failures` failures in a row (at least 1), in ms: 1 s, doubling up to 30 s, minus up to a quarter
 * so that a fleet that failed together does not come back together. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS);
  return Math.round(full * (1 - random / 4));
}

/**
 * How long after a report to look for what it was told of there and no hint has come of, in ms. In a storm nodes are woken in turns, a round of which takes 7 ms for each node of the fleet at the most; whoever looks
 * before its turn comes again with it. A heartbeat is no shorter than 20 ms for each node (LeaseRenewalAnswer of @weft/model), so that is shorter, jitter included.
 */
export function chaseMs(heartbeatMs: number): number {
  return Math.max(heartbeatMs * CHASE_SHARE, CHASE_LEAST_MS);
}

/** A period with ±10 % of jitter, in the unit it was given in. `random` is in [0, 1). */
export function jittered(period: number, random: number): number {
  return Math.round(period * (0.9 + random / 5));
}
