import type { NodePhase } from '@weft/model';
import type { RolloutNodeSituation, RolloutSituation, RolloutStep } from '@weft/store';

/** How long a node may take to apply what it is told, in seconds. */
export const APPLY_WITHIN_SECONDS = 120;

/** How long a node may say that its apply failed before it is believed, in seconds: it tries again by itself. */
export const FAILURE_GRACE_SECONDS = 10;

/** What comes next for a rollout. */
export type Next =
  | { readonly kind: 'step'; readonly step: RolloutStep }
  /** Probe a node before it is changed, or after it has applied what it was told. `neighbour` probes the way to it; null: there is nobody to. */
  | { readonly kind: 'probe'; readonly when: 'before' | 'after'; readonly node: RolloutNodeSituation; readonly neighbour: string | null }
  | { readonly kind: 'wait'; readonly message: string };

const UNWELL: readonly (NodePhase | undefined)[] = ['NotReady', 'Failed', 'Pending'];

const wait = (message: string): Next => ({ kind: 'wait', message });
const phaseOf = ({ live }: RolloutNodeSituation) => live?.phase;
const isBusy = ({ state }: RolloutNodeSituation) => state === 'Changing' || state === 'Probing' || state === 'Reverting';

/** A node is not well with the change: what the rollout was told to do then. */
export function failed({ spec }: RolloutSituation, { id, name }: RolloutNodeSituation, message: string): RolloutStep {
  const node = { id, update: null, state: 'Failed', message } as const;
  return spec.onFailure === 'revert'
    ? { phase: 'Reverting', message: `${name}: ${message}; the change is taken back`, node }
    : { phase: 'Halted', message: `${name}: ${message}; resume, revert or cancel it`, node };
}

/** Stops before anything more is changed. */
export const halted = (message: string): RolloutStep => ({ phase: 'Halted', message });

/** A node was found as well as before. With a soak time it has to be found so twice. */
export function passed({ spec }: RolloutSituation, { id, name, state, probes, message }: RolloutNodeSituation): RolloutStep {
  if (state === 'Reverting') return { message: `${name} is as it was`, node: { id, update: null, state: 'Reverted', message } };
  const done = spec.soakSeconds === 0 || probes > 0;
  return done
    ? { message: `${name} is done`, node: { id, update: null, state: 'Done', message } }
    : {
        message: `${name} has to stay well for ${spec.soakSeconds} s`,
        node: { id, update: null, state: 'Probing', message, probes: probes + 1 },
      };
}

/** A node that is to go back has not, or is not as well as before: the others go back all the same. */
export function revertFailed({ id, name }: RolloutNodeSituation, message: string): RolloutStep {
  return { message: `${name}: ${message}`, node: { id, update: null, state: 'RevertFailed', message } };
}

/** Whoever was asked before is asked again after; else a node that has not been changed, or any that is well. */
function neighbourOf({ nodes, ready }: RolloutSituation, node: RolloutNodeSituation): string | null {
  const before = node.baseline?.[1]?.node;
  if (node.baseline !== null) return before !== undefined && ready.includes(before) ? before : null;
  const busy = nodes.filter(isBusy).map(({ name }) => name);
  const able = ready.filter((name) => name !== node.name && !busy.includes(name));
  const changed = nodes.filter((one) => one.changed).map(({ name }) => name);
  return able.find((name) => !changed.includes(name)) ?? able[0] ?? null;
}

const probeAfter = (situation: RolloutSituation, node: RolloutNodeSituation): Next => ({
  kind: 'probe',
  when: 'after',
  node,
  neighbour: neighbourOf(situation, node),
});

function nextOfChanging(situation: RolloutSituation, node: RolloutNodeSituation): Next {
  const { name, live, seconds, wantedRevision, id } = node;
  const fails = (why: string): Next => ({ kind: 'step', step: failed(situation, node, why) });
  if (live === null) return fails('it was removed from the fleet');
  if (live.phase === 'NotReady') return fails('nothing was heard of it any more once it was changed');
  if (live.phase === 'Frozen') return wait(`${name} is frozen: it applies the change when it is unfrozen`);
  if (live.failure !== null && seconds > FAILURE_GRACE_SECONDS) return fails(`${live.failure.code}: ${live.failure.message}`);
  if (live.appliedRevision >= wantedRevision && live.failure === null)
    return {
      kind: 'step',
      step: {
        message: `${name} has applied the change and is probed`,
        node: { id, update: null, state: 'Probing', message: node.message },
      },
    };
  if (seconds > APPLY_WITHIN_SECONDS) return fails(`it has not applied the change within ${APPLY_WITHIN_SECONDS} s`);
  return wait(`${name} is applying the change`);
}

function nextOfProbing(situation: RolloutSituation, node: RolloutNodeSituation): Next {
  const { name, live, probes, seconds } = node;
  const { soakSeconds } = situation.spec;
  const fails = (why: string): Next => ({ kind: 'step', step: failed(situation, node, why) });
  if (live === null) return fails('it was removed from the fleet');
  if (live.phase === 'NotReady') return fails('nothing was heard of it any more once it had applied the change');
  if (live.failure !== null) return fails(`${live.failure.code}: ${live.failure.message}`);
  if (probes > 0 && seconds < soakSeconds) return wait(`${name} has to stay well for ${soakSeconds} s`);
  return probeAfter(situation, node);
}

/** The next node to be changed, or why there is none. */
function nextToBegin(situation: RolloutSituation, busy: readonly RolloutNodeSituation[]): Next {
  const { nodes, spec } = situation;
  const waiting = nodes.filter(({ state }) => state === 'Waiting');
  const gone = waiting.find(({ live }) => live === null);
  if (gone !== undefined) {
    const message = 'it was removed from the fleet';
    return { kind: 'step', step: { message: `${gone.name}: ${message}`, node: { id: gone.id, update: null, state: 'Done', message } } };
  }
  if (waiting.length === 0 && busy.length === 0)
    return { kind: 'step', step: { phase: 'Done', message: 'every node of it has the change' } };
  const canariesLeft = nodes.some(({ canary, state }) => canary && state !== 'Done');
  const eligible = waiting.filter(({ canary }) => canary || !canariesLeft);
  const unwell = nodes.filter((node) => !isBusy(node) && UNWELL.includes(phaseOf(node)));
  const full = busy.length + unwell.length >= spec.maxUnavailable;
  const next = eligible.find((node) => phaseOf(node) === 'Ready');
  if (next !== undefined && !full) return { kind: 'probe', when: 'before', node: next, neighbour: neighbourOf(situation, next) };
  const [first] = busy;
  if (first !== undefined) return wait(`${first.name} is ${first.state}`);
  const late = eligible.find((node) => !UNWELL.includes(phaseOf(node)));
  if (unwell.length > 0 && (full || late === undefined)) {
    const named = unwell.map((node) => `${node.name} is ${phaseOf(node)}`).join(', ');
    return { kind: 'step', step: halted(`${named}: no node is changed while that is so; mend it and resume`) };
  }
  return wait(late === undefined ? 'no node can be changed now' : `${late.name} is ${phaseOf(late)}: it is changed when it is Ready`);
}

function nextForward(situation: RolloutSituation): Next {
  const busy = situation.nodes.filter(isBusy);
  const nexts = busy.map((node) => (node.state === 'Changing' ? nextOfChanging(situation, node) : nextOfProbing(situation, node)));
  const begin = nextToBegin(situation, busy);
  return nexts.find(({ kind }) => kind !== 'wait') ?? (begin.kind === 'wait' ? (nexts[0] ?? begin) : begin);
}

function nextOfReverting(situation: RolloutSituation, node: RolloutNodeSituation): Next {
  const { name, live, seconds, wantedRevision, baseline } = node;
  const fails = (why: string): Next => ({ kind: 'step', step: revertFailed(node, why) });
  if (live === null) return { kind: 'step', step: passed(situation, node) };
  if (live.appliedRevision >= wantedRevision && live.failure === null)
    return baseline === null ? { kind: 'step', step: passed(situation, node) } : probeAfter(situation, node);
  if (seconds > APPLY_WITHIN_SECONDS) return fails(`it was told to go back, and has not done so within ${APPLY_WITHIN_SECONDS} s`);
  return wait(`${name} is going back to what it was`);
}

function nextBack(situation: RolloutSituation): Next {
  const { nodes } = situation;
  const current = nodes.find(({ state }) => state === 'Reverting');
  if (current !== undefined) return nextOfReverting(situation, current);
  const next = nodes.findLast(({ changed, state }) => changed && state !== 'RevertFailed');
  if (next !== undefined) {
    const node = { id: next.id, update: 'revert', state: 'Reverting', message: next.message } as const;
    return { kind: 'step', step: { message: `${next.name} is going back to what it was`, node } };
  }
  const told = nodes.filter(({ state, message }) => (state === 'Reverted' || state === 'RevertFailed') && message !== '');
  const why = told.map(({ name, message }) => `${name}: ${message}`).join('; ');
  const stuck = nodes.filter(({ state }) => state === 'RevertFailed').map(({ name }) => name);
  if (stuck.length > 0) return { kind: 'step', step: halted(`${stuck.join(', ')} could not be taken back: ${why}`) };
  return {
    kind: 'step',
    step: { phase: 'Reverted', message: why === '' ? 'the change was taken back' : `the change was taken back: ${why}` },
  };
}

/** What comes next for a rollout that is under way: decided from what is known, and from nothing else. */
export function nextStep(situation: RolloutSituation): Next {
  return situation.phase === 'Reverting' ? nextBack(situation) : nextForward(situation);
}
