import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Dispatcher } from '../src/dispatch/dispatcher.ts';
import { type Admission, SHARE } from '../src/http/admission.ts';
import { IN_LINE_MS, LINE_MOST, PullsFirst } from '../src/http/pulls-first.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A door with reports before it, and which of them have gone in. */
function door(fleet: { pullsUnderWay?: number; nodesUnderWay?: number; isWaking?: boolean; standBackMs?: number }) {
  const state = { pullsUnderWay: 0, nodesUnderWay: 0, isWaking: false, standBackMs: 1_000, ...fleet };
  const pullsFirst = new PullsFirst(state as unknown as Admission, state as unknown as Dispatcher);
  const inside: number[] = [];
  return {
    state,
    inside,
    report: (number: number, token = `token ${number}`) => void pullsFirst.turn(token).then(() => inside.push(number)),
    reports: (count: number) => {
      for (let number = 0; number < count; number += 1) void pullsFirst.turn(`token ${number}`).then(() => inside.push(number));
    },
  };
}

it('keeps no report waiting when nobody pulls', async () => {
  const { report, inside } = door({ nodesUnderWay: 400 });
  report(1);
  await Promise.resolve();
  expect(inside).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('lets reports in, in their order, when the last node has pulled', async () => {
  const { state, report, inside } = door({ pullsUnderWay: 3 });
  for (const number of [1, 2, 3]) report(number);
  await vi.advanceTimersByTimeAsync(100);
  state.pullsUnderWay = 0;
  state.isWaking = true;
  await vi.advanceTimersByTimeAsync(100);
  expect(inside).toEqual([]);
  state.isWaking = false;
  await vi.advanceTimersByTimeAsync(10);
  expect(inside).toEqual([1, 2, 3]);
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps reports waiting for so long and no longer, however many nodes pull', async () => {
  const { report, inside } = door({ pullsUnderWay: 3 });
  report(1);
  await vi.advanceTimersByTimeAsync(990);
  report(2);
  expect(inside).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(inside).toEqual([1, 2]);
});

it('lets no more reports in at a time than there is room for', async () => {
  const { state, reports, inside } = door({ pullsUnderWay: 1, nodesUnderWay: 200 });
  reports(1000);
  state.pullsUnderWay = 0;
  await vi.advanceTimersByTimeAsync(6);
  expect(inside).toHaveLength(56);
  state.nodesUnderWay = 256;
  await vi.advanceTimersByTimeAsync(500);
  expect(inside).toHaveLength(56);
  state.nodesUnderWay = 0;
  await vi.advanceTimersByTimeAsync(6);
  expect(inside).toHaveLength(56 + 256);
});

it('lets everybody in, or be refused, who has stood in line for too long', async () => {
  const { reports, inside } = door({ pullsUnderWay: 1, nodesUnderWay: 512 });
  reports(10);
  await vi.advanceTimersByTimeAsync(IN_LINE_MS - 100);
  expect(inside).toEqual([]);
  await vi.advanceTimersByTimeAsync(150);
  expect(inside).toHaveLength(10);
});

it('has a line of so many, and lets in, or be refused, who comes when it is full', async () => {
  const { reports, inside } = door({ pullsUnderWay: 1 });
  reports(LINE_MOST + 3);
  await vi.advanceTimersByTimeAsync(1);
  expect(inside).toHaveLength(3);
});

it('keeps of one token no more than its share in line', async () => {
  const { report, inside } = door({ pullsUnderWay: 1 });
  for (let number = 0; number < SHARE.nodes + 2; number += 1) report(number, 'one token');
  await vi.advanceTimersByTimeAsync(1);
  expect(inside).toEqual([SHARE.nodes, SHARE.nodes + 1]);
});

it('keeps nobody waiting in a fleet so small that it gains nothing', async () => {
  const { report, inside } = door({ pullsUnderWay: 1, standBackMs: 3 });
  report(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(inside).toEqual([1]);
});
