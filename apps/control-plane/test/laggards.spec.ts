import { expect, it } from 'vitest';
import { Laggards } from '../src/dispatch/laggards.ts';

const lagging = (name: string, appliedRevision: number, desiredRevision: number) =>
  ({ name, phase: 'Lagging', appliedRevision, desiredRevision }) as const;

it('names a node that lacks for long what it lacked before, and again each time that it has had as long, until it has it', () => {
  const laggards = new Laggards();
  const named = (now: number, applied: number, desired: number) =>
    laggards.overdue([lagging('node-1', applied, desired)], now, 2_000).length;
  expect(named(0, 5, 7)).toBe(0);
  expect(named(1_000, 6, 9)).toBe(0);
  expect(named(2_000, 6, 9)).toBe(1);
  expect(named(3_000, 6, 11)).toBe(0);
  expect(named(4_000, 6, 11)).toBe(1);
  expect(named(6_000, 11, 12)).toBe(0);
});

it('names no node of a storm that comes along, however far behind it always is', () => {
  const laggards = new Laggards();
  for (let second = 0; second < 60; second += 1) {
    const node = lagging('node-1', second * 100, second * 100 + 150);
    expect(laggards.overdue([node], second * 1_000, 2_000)).toEqual([]);
  }
});

it('forgets a node that lags no more', () => {
  const laggards = new Laggards();
  laggards.overdue([lagging('node-1', 5, 7)], 0, 2_000);
  laggards.overdue([], 1_000, 2_000);
  expect(laggards.overdue([lagging('node-1', 5, 7)], 3_000, 2_000)).toEqual([]);
});
