import type { Rollout } from '../api.ts';
import { Phase } from '../show/phase.tsx';

/** The phase of a rollout: one that runs is on its way, where a pod that runs is well. */
export function RolloutPhase({ rollout: { status } }: { rollout: Rollout }) {
  const { phase } = status;
  return phase === 'Running' ? <Phase phase={phase} tone="moving" /> : <Phase phase={phase} />;
}
