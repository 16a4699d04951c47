import type { Step } from '@weft/kernel';
import type { Host, StepFailure, StepOutcome } from './ports.ts';

/** More refusals than this are not the services' fault. */
export const REFUSED_MAX = 16;

/** Why services could not be programmed together. Whatever was done for them has been taken back. */
export interface Refusal {
  readonly why: string;
  /** Null: it was not even tried. */
  readonly failure: StepFailure | null;
}

/** What came of programming services together: null: done. `stop`: nobody knows what the kernel has, so nothing else is tried. */
export type Attempt = Refusal | { readonly stop: StepFailure } | null;

/** What came of programming services: those that were refused, with why, and what no service is to blame for. */
export interface Halved {
  readonly refused: ReadonlyMap<string, string>;
  readonly failure: StepFailure | null;
}

/** Programs services together; when they are refused, each half by itself, until it is known who is to blame. */
export async function byHalves<C>(
  changes: ReadonlyMap<string, C>,
  attempt: (changes: ReadonlyMap<string, C>) => Promise<Attempt>,
): Promise<Halved> {
  const refused = new Map<string, string>();
  const work = async (entries: readonly (readonly [id: string, change: C])[]): Promise<StepFailure | null> => {
    const refusal = await attempt(new Map(entries));
    if (refusal === null) return null;
    if ('stop' in refusal) return refusal.stop;
    const [first] = entries;
    if (first !== undefined && entries.length === 1) {
      refused.set(first[0], refusal.why);
      return refused.size > REFUSED_MAX ? refusal.failure : null;
    }
    const half = Math.ceil(entries.length / 2);
    return (await work(entries.slice(0, half))) ?? (await work(entries.slice(half)));
  };
  return { failure: await work([...changes]), refused };
}

/** Carries out steps up to the first that fails, and adds their outcomes. RangeError: a text that the tool could misread was not tried. */
export async function carryOut(host: Host, steps: readonly Step[], outcomes: StepOutcome[]): Promise<StepFailure | RangeError | null> {
  for (const step of steps) {
    try {
      const outcome = await host.run(step);
      outcomes.push(outcome);
      if (outcome.exitCode !== 0) return { step, outcome };
    } catch (error) {
      if (error instanceof RangeError) return error;
      throw error;
    }
  }
  return null;
}
