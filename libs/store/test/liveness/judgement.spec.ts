import { describe, expect, test } from 'vitest';
import { type HeardNode, judge } from '../../src/liveness/judgement.ts';

const GRACE = 40;
const PATIENCE = { graceSeconds: GRACE, amnesty: false };

/** Nodes that were heard of that long ago, named by their place. */
const fleet = (silences: readonly number[], over: Partial<HeardNode> = {}): HeardNode[] =>
  silences.map((silentSeconds, at) => ({
    id: `${over.zone ?? ''}${at}`,
    zone: null,
    lost: false,
    withdrawn: false,
    silentSeconds,
    ...over,
  }));
const verdictsOn = (nodes: readonly HeardNode[], patience = PATIENCE) => Object.fromEntries(judge(nodes, patience).verdicts);
const many = (count: number, silence: number) => Array.from({ length: count }, () => silence);

describe('a node', () => {
  test('is given up after the grace and not before', () => expect(verdictsOn(fleet([0, 5, 40, 41]))).toEqual({ 3: 'Lost' }));
  test('returns when it is heard of', () =>
    expect(verdictsOn([...fleet([3], { lost: true, withdrawn: true })])).toEqual({ 0: 'Returned' }));
  test('is judged once', () =>
    expect(verdictsOn([...fleet([99], { lost: true, withdrawn: true }), ...fleet([0, 0], { zone: 'a' })])).toEqual({}));
});

describe('the brake', () => {
  test('two of three may die', () => expect(verdictsOn(fleet([0, 50, 50]))).toEqual({ 1: 'Lost', 2: 'Lost' }));
  test('all of two may not', () => expect(verdictsOn(fleet([50, 50]))).toEqual({ 0: 'LostButKept', 1: 'LostButKept' }));
  test('54 % may, 55 % may not', () => {
    expect(judge(fleet([...many(54, 50), ...many(46, 0)]), PATIENCE).braked).toBe(false);
    expect(judge(fleet([...many(55, 50), ...many(45, 0)]), PATIENCE).braked).toBe(true);
  });
  test('holds from the first of those that fell silent together: who is half-way there counts', () =>
    expect(verdictsOn(fleet([41, ...many(6, 31), ...many(3, 2)]))).toEqual({ 0: 'LostButKept' }));
  test('holds in the zone of which most looks lost, and not in the others', () => {
    const nodes = [...fleet([50, 50, 50, 0], { zone: 'a' }), ...fleet([50, 0, 0, 0, 0, 0], { zone: 'b' })];
    expect(verdictsOn(nodes)).toEqual({ a0: 'LostButKept', a1: 'LostButKept', a2: 'LostButKept', b0: 'Lost' });
  });
  test('believes that a whole zone is lost while the others are not', () => {
    const nodes = [...fleet(many(4, 50), { zone: 'a' }), ...fleet(many(8, 0), { zone: 'b' })];
    expect(judge(nodes, PATIENCE)).toEqual({ braked: false, verdicts: new Map(['a0', 'a1', 'a2', 'a3'].map((id) => [id, 'Lost'])) });
  });
  test('when it is let go, what is still silent is withdrawn', () =>
    expect(verdictsOn([...fleet([50, 50], { lost: true }), ...fleet([0, 0], { zone: 'b' })])).toEqual({ 0: 'Withdrawn', 1: 'Withdrawn' }));
  test('restores nothing that was withdrawn before it', () =>
    expect(verdictsOn(fleet(many(3, 50), { lost: true, withdrawn: true }))).toEqual({}));
  test('is off when there is nobody', () => expect(judge([], PATIENCE)).toEqual({ verdicts: new Map(), braked: false }));
});

test('amnesty gives nobody up, and takes everybody back', () => {
  const nodes = [
    ...fleet([50, 0, 0]),
    ...fleet([50], { zone: 'a', lost: true }),
    ...fleet([1], { zone: 'b', lost: true, withdrawn: true }),
  ];
  expect(verdictsOn(nodes, { ...PATIENCE, amnesty: true })).toEqual({ b0: 'Returned' });
});
