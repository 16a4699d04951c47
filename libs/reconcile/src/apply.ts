import type { NodeConfig, Step } from '@weft/kernel';
import { chainOf, groups } from './chains.ts';
import { diff } from './diff.ts';
import { withDraining } from './ipvs/draining.ts';
import type { Host, StepFailure, StepOutcome } from './ports.ts';

/** What came of bringing a host to a configuration. */
export interface Applied {
  /** One for each step that was started, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** What is on the host now; `unknown` after a failure: observe it before the next diff. */
  readonly achieved: NodeConfig | 'unknown';
  /** Null: every step succeeded. Else the first failure, and how many there were. */
  readonly failure: { readonly message: string; readonly failures: readonly StepFailure[] } | null;
}

function describe({ step, outcome }: StepFailure): string {
  const code = outcome.exitCode === null ? 'did not run' : `exited with ${outcome.exitCode}`;
  const netns = 'workload' in step ? step.workload.netns : 'netns' in step ? step.netns : null;
  const place = netns === null ? '' : ` in ${netns}`;
  return `${step.tool}${place} ${code}: ${outcome.stderr.trim() || 'no message'}`;
}

/** How many pods are worked on at a time. */
const AT_ONCE = 8;

/**
 * Carries out steps in their order, those of different pods next to each other at the same time. One pod's failure, or a link's, does not keep the others or the
 * service rules from being programmed: only the rest of the chain that the failed step is in is not started. Never throws for a step that failed.
 */
export async function runSteps(host: Host, steps: readonly Step[]): Promise<{ outcomes: StepOutcome[]; failures: StepFailure[] }> {
  const outcomes: StepOutcome[] = [];
  const failures: StepFailure[] = [];
  const broken = new Set<string | undefined>();
  for (const group of groups(steps, AT_ONCE)) {
    const due = group.filter((step) => !broken.has(chainOf(step)?.name));
    const done = await Promise.all(due.map(async (step) => ({ step, outcome: await host.run(step) })));
    for (const { step, outcome } of done) {
      outcomes.push(outcome);
      if (outcome.exitCode === 0) continue;
      failures.push({ step, outcome });
      const chain = chainOf(step);
      if (chain !== null) broken.add(chain.name);
    }
  }
  return { outcomes, failures };
}

/** Brings a host to a configuration by the steps that `diff` gave for it, and says what is there afterwards. */
export async function applySteps(host: Host, desired: NodeConfig, steps: readonly Step[]): Promise<Applied> {
  const { outcomes, failures } = await runSteps(host, steps);
  const [first] = failures;
  if (first === undefined) return { outcomes, achieved: desired, failure: null };
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  return { outcomes, achieved: 'unknown', failure: { message: `${describe(first)}${more}`, failures } };
}

/** Brings a host from what was observed on it to what is desired, and says what is there afterwards. */
export async function applyConfig(host: Host, desired: NodeConfig, observed: NodeConfig): Promise<Applied> {
  const goal = withDraining(desired, observed);
  return applySteps(host, goal, diff(goal, observed));
}
