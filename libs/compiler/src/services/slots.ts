interface Weighted {
  readonly weight: number;
}

/** Most slots that one service port is spread over: weights are kept to about one part in a hundred. */
const SLOTS_MAX = 128;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Shares out `total` slots by weight, the largest remainders first; nobody gets none. */
function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight * total) / sum);
  const given = exact.map((share) => Math.max(1, Math.floor(share)));
  const left = total - given.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, rest: share - Math.floor(share) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRemainder.slice(0, Math.max(0, left))) given[index] = (given[index] ?? 0) + 1;
  return given;
}

/**
 * Endpoints as the slots of equal chance that a lot is drawn among: each as often as its weight says, in the order given. Equal weights give one slot each;
 * others are divided by what they have in common, and rounded where that leaves more than 128 slots.
 */
export function slots<T extends Weighted>(endpoints: readonly T[]): readonly T[] {
  const weights = endpoints.map(({ weight }) => weight);
  const common = weights.reduce(gcd, 0);
  const reduced = weights.map((weight) => weight / common);
  const sum = reduced.reduce((a, b) => a + b, 0);
  if (sum === endpoints.length) return endpoints;
  const counts = sum <= SLOTS_MAX ? reduced : apportion(reduced, Math.max(SLOTS_MAX, endpoints.length));
  return endpoints.flatMap((endpoint, index) => Array.from({ length: counts[index] ?? 0 }, () => endpoint));
}
