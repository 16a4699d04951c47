import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Newcomers } from '../src/dispatch/newcomers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of a node once it has applied what came with it, and not again', () => {
  const newcomers = new Newcomers();
  const tell = vi.fn();
  newcomers.expect('node_a', 7, tell);
  newcomers.applied('node_b', 9);
  newcomers.applied('node_a', 6);
  expect(tell).not.toHaveBeenCalled();
  newcomers.applied('node_a', 7);
  newcomers.applied('node_a', 8);
  vi.advanceTimersByTime(10_000);
  expect(tell).toHaveBeenCalledOnce();
});

it('tells of one that applies nothing after three seconds', () => {
  const newcomers = new Newcomers();
  const tell = vi.fn();
  newcomers.expect('node_a', 7, tell);
  vi.advanceTimersByTime(2_999);
  expect(tell).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  newcomers.applied('node_a', 7);
  expect(tell).toHaveBeenCalledOnce();
});

it('tells of each of two, and of one that comes again', () => {
  const newcomers = new Newcomers();
  const told: string[] = [];
  newcomers.expect('node_a', 7, () => told.push('a at 7'));
  newcomers.expect('node_b', 8, () => told.push('b at 8'));
  newcomers.expect('node_a', 9, () => told.push('a at 9'));
  expect(told).toEqual(['a at 7']);
  newcomers.applied('node_b', 8);
  newcomers.applied('node_a', 9);
  expect(told).toEqual(['a at 7', 'b at 8', 'a at 9']);
});
