/** Gives one sample: how long it took, or what else is counted. */
export type Sample = (round: number) => Promise<number>;

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/**
 * Takes samples of several sides, one of each in every round, and each side first as often as any other: what the machine does meanwhile befalls all alike.
 * The first `warm` rounds are not counted. Rejects with what a sample rejects with.
 */
export async function inTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, Sample>>,
  warm = 1,
): Promise<Record<Side, number[]>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Side, number[]>;
  for (let round = 0; round < rounds + warm; round += 1)
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(round + place) % names.length] as Side;
      const sample = await sides[name](round);
      if (round >= warm) samples[name].push(sample);
    }
  return samples;
}
