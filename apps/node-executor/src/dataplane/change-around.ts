import type { NodeConfig } from '@weft/kernel';
import { type Applied, applySteps, diffInParts, type Host, type Programmed, type StepParts, withDraining } from '@weft/reconcile';
import { type Next, withPart } from './compilation.ts';

/** What of the network of pods and nodes comes before services change, and what goes after it. */
export interface Around extends StepParts {
  /** What is on the host then, apart from the account of services. */
  readonly goal: NodeConfig;
}

/** What of the network of pods and nodes changes with the next state, on a host that is as the memory has it. */
export function aroundOf({ compilation, around }: Next, mirror: NodeConfig): Around {
  if (around === null) return { goal: mirror, making: [], taking: [] };
  const there = withPart(mirror, around.had);
  const goal = withDraining(withPart(compilation.fixed, around.has), there);
  return { goal: compilation.without(goal), ...diffInParts(goal, there) };
}

/** What came of changing services and the network around them. */
export interface Changed extends Pick<Programmed, 'outcomes' | 'refused'> {
  readonly failure: Applied['failure'];
}

const blamed = ({ failure }: Programmed): Applied['failure'] =>
  failure === null ? null : { message: `${failure.step.tool}: ${failure.outcome.stderr.trim()}`, failures: [failure] };

/**
 * Changes services between what comes and what goes of the network: a pod can be reached before a service leads to it, and goes when none does any more. What
 * fails of one keeps nobody else from being changed, as when everything is brought at once.
 */
export async function changeAround(
  host: Host,
  { goal, making, taking }: Around,
  changeServices: () => Promise<Programmed>,
): Promise<Changed> {
  const made = await applySteps(host, goal, making);
  const programmed = await changeServices();
  const taken = await applySteps(host, goal, taking);
  const failures = [made.failure, blamed(programmed), taken.failure].filter((failure) => failure !== null);
  return {
    outcomes: [...made.outcomes, ...programmed.outcomes, ...taken.outcomes],
    refused: programmed.refused,
    failure:
      failures.length === 0
        ? null
        : { message: failures.map(({ message }) => message).join('; '), failures: failures.flatMap((failure) => failure.failures) },
  };
}
