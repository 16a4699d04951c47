import { expect, it } from 'vitest';
import { Cohort } from '../src/dispatch/cohort.ts';

const COST = 200;
const SHARE = 800;
const PACE = { leastMs: COST, shareMs: SHARE };

/** A cohort of 100, woken at 1,000 ms, and of which so many nodes came back, the last of them at a time. */
function cohortOf(back: number, lastAt: number): Cohort {
  const cohort = new Cohort();
  for (let n = 0; n < 100; n += 1) cohort.nodes.set(`node_${n}`, `node-${n}`);
  cohort.wake(7, 1_000);
  comesBack(cohort, back, lastAt);
  return cohort;
}

function comesBack(cohort: Cohort, nodes: number, lastAt: number): void {
  const from = cohort.wokenAt;
  for (let n = 0; n < nodes; n += 1) cohort.applied(`node_${n}`, cohort.told, from + ((lastAt - from) * (n + 1)) / nodes);
}

const waits = (cohort: Cohort) => Math.round(cohort.onItsWayUntil(PACE) - cohort.wokenAt);

it('is on nobody’s way before it is woken', () => {
  expect(new Cohort().onItsWayUntil(PACE)).toBe(Number.NEGATIVE_INFINITY);
});

it('is on its way for as long as its nodes cost, however fast they are', () => {
  expect(waits(cohortOf(100, 1_010))).toBe(COST);
});

it('is waited for while its nodes come back, and no longer', () => {
  expect(waits(cohortOf(0, 1_000))).toBe(SHARE * 2.5);
  expect(waits(cohortOf(50, 1_180))).toBe(180 + SHARE);
  expect(waits(cohortOf(90, 1_300))).toBe(300);
  expect(waits(cohortOf(50, 3_500))).toBe(SHARE * 3.5);
});

it('is not waited for until the last few are back', () => {
  const cohort = cohortOf(90, 1_300);
  cohort.applied('node_98', 7, 1_490);
  expect(waits(cohort)).toBe(300);
});

it('is not waited for where nobody said anything since the time before', () => {
  const cohort = cohortOf(100, 1_100);
  cohort.wake(8, 9_000);
  expect(waits(cohort)).toBe(SHARE * 2.5);
  cohort.wake(9, 20_000);
  expect(waits(cohort)).toBe(COST);
});

it('is waited for where its nodes are slow, and those that tell another replica are not', () => {
  const cohort = cohortOf(40, 1_300);
  cohort.wake(8, 9_000);
  // Of what they were told before.
  for (let n = 0; n < 30; n += 1) cohort.applied(`node_${n}`, 7, 9_100);
  expect(waits(cohort)).toBe(SHARE * 2.5);
  comesBack(cohort, 36, 9_400);
  expect(waits(cohort)).toBe(400);
  cohort.wake(9, 20_000);
  expect(waits(cohort)).toBe(SHARE * 2.5);
});

it('tells when it is back, once', () => {
  const cohort = cohortOf(89, 1_100);
  expect(cohort.applied('node_0', 7, 1_110)).toBe(false);
  expect(cohort.applied('node_89', 6, 1_110)).toBe(false);
  expect(cohort.applied('node_89', 7, 1_110)).toBe(true);
  expect(cohort.applied('node_90', 8, 1_120)).toBe(false);
});
