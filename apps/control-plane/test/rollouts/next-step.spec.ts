import type { NodePhase, RolloutCreate, RolloutPhase } from '@weft/model';
import type { RolloutNodeSituation, RolloutSituation } from '@weft/store';
import { describe, expect, it } from 'vitest';
import { APPLY_WITHIN_SECONDS, FAILURE_GRACE_SECONDS, failed, nextStep, passed, revertFailed } from '../../src/rollouts/next-step.ts';

const SPEC: RolloutCreate = {
  change: { backend: 'iptables' },
  nodes: null,
  labelSelector: null,
  canary: 1,
  maxUnavailable: 1,
  soakSeconds: 10,
  onFailure: 'revert',
};

interface Member extends Partial<Omit<RolloutNodeSituation, 'live'>> {
  readonly phase?: NodePhase | null;
  readonly applied?: number;
  readonly failure?: { code: string; message: string };
}

const CHANGED = ['Changing', 'Probing', 'Done', 'Failed', 'Reverting', 'RevertFailed'];

function member(name: string, { phase = 'Ready', applied = 7, failure, ...rest }: Member = {}): RolloutNodeSituation {
  const state = rest.state ?? 'Waiting';
  return {
    id: `node_${name}`,
    name,
    canary: false,
    state,
    message: '',
    seconds: 1,
    changed: CHANGED.includes(state),
    wantedRevision: 7,
    baseline: null,
    probes: 0,
    ...rest,
    live: phase === null ? null : { phase, appliedRevision: applied, failure: failure ?? null },
  };
}

function situation(nodes: RolloutNodeSituation[], spec: Partial<RolloutCreate> = {}, phase: RolloutPhase = 'Running'): RolloutSituation {
  const ready = nodes.filter(({ live }) => live?.phase === 'Ready').map(({ name }) => name);
  return { id: 'roll_1', steps: 4, spec: { ...SPEC, ...spec }, phase, message: '', nodes, ready: [...ready, 'outside'] };
}

/** What comes next, in short. */
function next(...args: Parameters<typeof situation>): unknown {
  const what = nextStep(situation(...args));
  if (what.kind === 'wait') return `wait: ${what.message}`;
  if (what.kind === 'probe') return `probe ${what.node.name} ${what.when}, neighbour ${what.neighbour}`;
  const { phase, node, message } = what.step;
  return { ...(phase && { phase }), ...(node && { node: node.id, state: node.state, update: node.update }), message };
}

describe('forward', () => {
  it('begins with a probe of the first canary, from a neighbour that is not changed', () => {
    const nodes = [member('a', { canary: true }), member('b')];
    expect(next(nodes)).toBe('probe a before, neighbour b');
  });

  it('waits for all canaries before the others', () => {
    const probing = member('a', { canary: true, state: 'Probing', probes: 1, seconds: 3 });
    expect(next([probing, member('b')], { maxUnavailable: 5 })).toBe('wait: a has to stay well for 10 s');
    expect(next([{ ...probing, state: 'Done' }, member('b')])).toBe('probe b before, neighbour outside');
  });

  it('has no more nodes under way than it may', () => {
    const nodes = [member('a', { state: 'Changing', applied: 6 }), member('b'), member('c')];
    expect(next(nodes)).toBe('wait: a is applying the change');
    expect(next(nodes, { maxUnavailable: 2 })).toBe('probe b before, neighbour c');
  });

  it('probes what was applied, at once and after the soak time', () => {
    expect(next([member('a', { state: 'Changing' })])).toMatchObject({ state: 'Probing', update: null });
    expect(next([member('a', { state: 'Probing', baseline: [] })])).toBe('probe a after, neighbour null');
    expect(next([member('a', { state: 'Probing', baseline: [], probes: 1, seconds: 11 })])).toBe('probe a after, neighbour null');
    expect(next([member('a', { state: 'Done' })])).toEqual({ phase: 'Done', message: 'every node of it has the change' });
  });

  it('is done with a node after two probes, or one when nothing has to soak', () => {
    const node = member('a', { state: 'Probing' });
    expect(passed(situation([node]), node).node).toMatchObject({ state: 'Probing', probes: 1 });
    expect(passed(situation([node]), { ...node, probes: 1 }).node).toMatchObject({ state: 'Done' });
    expect(passed(situation([node], { soakSeconds: 0 }), node).node).toMatchObject({ state: 'Done' });
  });

  it.each([
    ['was removed', { phase: null }],
    ['fell silent', { phase: 'NotReady', applied: 6 }],
    ['cannot apply it', { applied: 6, failure: { code: 'StepFailed', message: 'nft: no' }, seconds: FAILURE_GRACE_SECONDS + 1 }],
    ['leaves a service out', { failure: { code: 'ServiceRefused', message: 'x' }, seconds: FAILURE_GRACE_SECONDS + 1 }],
    ['takes too long', { applied: 6, phase: 'Lagging', seconds: APPLY_WITHIN_SECONDS + 1 }],
  ] as const)('fails a node that %s', (_what, how) => {
    expect(next([member('a', { state: 'Changing', ...how })])).toMatchObject({ phase: 'Reverting', state: 'Failed' });
    expect(next([member('a', { state: 'Changing', ...how })], { onFailure: 'halt' })).toMatchObject({ phase: 'Halted', state: 'Failed' });
  });

  it('gives a node that failed once the time to try again', () => {
    const failure = { code: 'StepFailed', message: 'nft: no' };
    expect(next([member('a', { state: 'Changing', applied: 6, failure, seconds: 2 })])).toBe('wait: a is applying the change');
  });

  it('fails a node that falls silent, or complains, while it soaks', () => {
    expect(next([member('a', { state: 'Probing', probes: 1, phase: 'NotReady' })])).toMatchObject({ state: 'Failed' });
    const failure = { code: 'StepFailed', message: 'nft: no' };
    expect(next([member('a', { state: 'Probing', probes: 1, failure })])).toMatchObject({ state: 'Failed' });
  });

  it.each(['NotReady', 'Failed', 'Pending'] as const)('halts at a node that is %s at its turn', (phase) => {
    const nodes = [member('a', { state: 'Done' }), member('b', { phase })];
    expect(next(nodes)).toMatchObject({ phase: 'Halted', message: expect.stringContaining(`b is ${phase}`) });
  });

  it('counts a node that is not well against what may be unavailable, and leaves it for last', () => {
    const nodes = [member('a', { state: 'Done' }), member('b', { phase: 'NotReady' }), member('c')];
    expect(next(nodes)).toMatchObject({ phase: 'Halted' });
    expect(next(nodes, { maxUnavailable: 2 })).toBe('probe c before, neighbour outside');
    expect(next([member('a', { state: 'Done', phase: 'NotReady' }), member('c')])).toMatchObject({ phase: 'Halted' });
  });

  it('waits for a node that lags or is frozen', () => {
    expect(next([member('a', { phase: 'Lagging' })])).toBe('wait: a is Lagging: it is changed when it is Ready');
    expect(next([member('a', { phase: 'Frozen' })])).toBe('wait: a is Frozen: it is changed when it is Ready');
    expect(next([member('a', { state: 'Changing', phase: 'Frozen', applied: 6, seconds: 9_999 })])).toMatch(/^wait: a is frozen/);
  });

  it('does not wait for a node that is gone', () => {
    expect(next([member('a', { phase: null })])).toMatchObject({ state: 'Done', message: 'a: it was removed from the fleet' });
  });

  it('asks after the change whom it asked before', () => {
    const baseline = [
      { node: 'a', results: [] },
      { node: 'b', results: [] },
    ];
    const changed = member('a', { state: 'Probing', baseline });
    expect(next([changed, member('b', { state: 'Done' })])).toBe('probe a after, neighbour b');
    expect(next([changed, member('b', { state: 'Done', phase: 'Lagging' })])).toBe('probe a after, neighbour null');
  });
});

describe('back', () => {
  const back = (...nodes: RolloutNodeSituation[]) => next(nodes, {}, 'Reverting');

  it('takes the change back on what has it, last first', () => {
    const nodes = [member('a', { state: 'Done' }), member('b', { state: 'Failed', message: 'why' }), member('c')];
    expect(back(...nodes)).toMatchObject({ node: 'node_b', state: 'Reverting', update: 'revert' });
    const second = [nodes[0] as RolloutNodeSituation, member('b', { state: 'Reverted', message: 'why' }), member('c')];
    expect(back(...second)).toMatchObject({ node: 'node_a', state: 'Reverting', update: 'revert' });
  });

  it('probes a node that went back, before the next', () => {
    const baseline = [{ node: 'b', results: [] }];
    expect(back(member('a', { state: 'Done' }), member('b', { state: 'Reverting', baseline, applied: 6 }))).toMatch(
      /^wait: b is going back/,
    );
    expect(back(member('a', { state: 'Done' }), member('b', { state: 'Reverting', baseline }))).toBe('probe b after, neighbour null');
  });

  it('says in the end why', () => {
    expect(back(member('a', { state: 'Reverted' }), member('b', { state: 'Reverted', message: 'why' }))).toEqual({
      phase: 'Reverted',
      message: 'the change was taken back: b: why',
    });
  });

  it('goes on past a node that does not go back, and halts in the end', () => {
    const late = member('b', { state: 'Reverting', applied: 6, seconds: APPLY_WITHIN_SECONDS + 1 });
    expect(back(member('a', { state: 'Done' }), late)).toMatchObject({ node: 'node_b', state: 'RevertFailed' });
    const stuck = member('b', { state: 'RevertFailed', message: 'late' });
    expect(back(member('a', { state: 'Done' }), stuck)).toMatchObject({ node: 'node_a', update: 'revert' });
    expect(back(member('a', { state: 'Reverted' }), stuck)).toMatchObject({
      phase: 'Halted',
      message: 'b could not be taken back: b: late',
    });
    expect(revertFailed(late, 'x').node?.state).toBe('RevertFailed');
  });

  it('leaves alone what was never changed', () => {
    expect(back(member('a', { state: 'Done', changed: false }), member('b'))).toMatchObject({ phase: 'Reverted' });
  });
});

it('says what failed', () => {
  const node = member('a', { state: 'Probing' });
  expect(failed(situation([node]), node, 'from a to b').message).toBe('a: from a to b; the change is taken back');
});
