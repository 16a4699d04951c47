import type { NodeConfig, Step } from '@weft/kernel';
import { diff } from './diff.ts';
import type { Host, StepOutcome } from './ports.ts';

/** A step that did not do what it should. */
export interface StepFailure {
  readonly step: Step;
  readonly outcome: StepOutcome;
}

/** What came of bringing a host to a configuration. */
export interface Applied {
  /** One for each step that was started, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** What is on the host now; `unknown` after a failure: observe it before the next diff. */
  readonly achieved: NodeConfig | 'unknown';
  /** Null: every step succeeded. Else the first failure, and how many there were. */
  readonly failure: { readonly message: string; readonly failures: readonly StepFailure[] } | null;
}

/**
 * What a step is a link of: after a failure the rest of its chain is not started, everything else goes on. Within a pod each step needs the
 * one before it; service rules of a backend in use must stand before the other backend's go. Null: needs nothing, nothing needs it.
 */
function chainOf(step: Step): string | null {
  switch (step.tool) {
    case 'nft':
    case 'iptables':
      return 'services';
    case 'ip':
      return step.netns === null ? null : `pod ${step.netns}`;
    case 'workload-start':
    case 'workload-stop':
      return `pod ${step.workload.netns}`;
    default:
      return null;
  }
}

function describe({ step, outcome }: StepFailure): string {
  const code = outcome.exitCode === null ? 'did not run' : `exited with ${outcome.exitCode}`;
  const place = 'netns' in step && step.netns !== null ? ` in ${step.netns}` : '';
  return `${step.tool}${place} ${code}: ${outcome.stderr.trim() || 'no message'}`;
}

/**
 * Carries out steps in their order. One pod's failure, or a link's, does not keep the others or the service rules from being programmed;
 * a failing removal is told and the next one tried. Never throws for a step that failed.
 */
export async function runSteps(host: Host, steps: readonly Step[]): Promise<{ outcomes: StepOutcome[]; failures: StepFailure[] }> {
  const outcomes: StepOutcome[] = [];
  const failures: StepFailure[] = [];
  const broken = new Set<string>();
  for (const step of steps) {
    const chain = chainOf(step);
    if (chain !== null && broken.has(chain)) continue;
    const outcome = await host.run(step);
    outcomes.push(outcome);
    if (outcome.exitCode === 0) continue;
    failures.push({ step, outcome });
    if (chain !== null) broken.add(chain);
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
  return applySteps(host, desired, diff(desired, observed));
}
