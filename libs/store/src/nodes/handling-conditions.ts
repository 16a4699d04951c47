import type { Condition, Node } from '@weft/model';
import type { NodeStanding } from '../fleet/fleet.ts';

/** What a node has said last of freezes and of changes that others made on it. */
export interface Handling {
  /** It applies nothing, as it was told. */
  readonly frozen: boolean;
  /** Differences that stand between it and what was applied on it. */
  readonly drifts: number;
  readonly driftedAt: Date | null;
}

interface Handled {
  readonly standing: Pick<NodeStanding, 'frozen'>;
  readonly lastSeenAt: Date | null;
  readonly handling: Handling;
}

type Stored = Pick<Node, 'generation' | 'createdAt' | 'driftPolicy'>;

function frozenCondition(asked: boolean, said: boolean): Pick<Condition, 'status' | 'reason' | 'message'> | null {
  if (asked && said) return { status: 'True', reason: 'InForce', message: 'it changes nothing before it is unfrozen' };
  if (asked) return { status: 'Unknown', reason: 'NotConfirmed', message: 'it was asked to change nothing and has not said that it does' };
  return said ? { status: 'Unknown', reason: 'NotLifted', message: 'it may change things again and has not heard of it' } : null;
}

/** The conditions `Frozen`, while it is frozen or has been until now, and `Drifted`, while something stands otherwise than it was left. */
export function handlingConditions(stored: Stored, { standing, lastSeenAt, handling }: Handled): Condition[] {
  const common = { observedGeneration: stored.generation };
  const frozen = frozenCondition(standing.frozen, handling.frozen);
  const seen = lastSeenAt?.toISOString() ?? stored.createdAt;
  const drifted: Condition = {
    ...common,
    type: 'Drifted',
    status: 'True',
    reason: standing.frozen ? 'Frozen' : stored.driftPolicy === 'observe' ? 'Observed' : 'NotRepaired',
    message: `${handling.drifts} differences from what was applied; see its drift events`,
    lastTransitionTime: handling.driftedAt?.toISOString() ?? seen,
  };
  return [
    ...(frozen === null ? [] : [{ ...common, type: 'Frozen', lastTransitionTime: seen, ...frozen }]),
    ...(handling.drifts > 0 ? [drifted] : []),
  ];
}
