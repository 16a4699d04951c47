import { expect, it } from 'vitest';
import { RateLimit } from '../../src/http/rate-limit.ts';

const allowed = (limit: RateLimit, key: string, times: number, now: number) =>
  Array.from({ length: times }, () => limit.allows(key, now)).filter(Boolean).length;

it('lets through what a rate allows, and five seconds of it at once', () => {
  const limit = new RateLimit(10);
  expect(allowed(limit, 'a', 100, 0)).toBe(50);
  expect(allowed(limit, 'a', 100, 1)).toBe(10);
  expect(allowed(limit, 'a', 100, 1.5)).toBe(5);
  expect(allowed(limit, 'a', 100, 1000)).toBe(50);
});

it('counts each by itself', () => {
  const limit = new RateLimit(1);
  expect(allowed(limit, 'a', 10, 0)).toBe(5);
  expect(allowed(limit, 'b', 10, 0)).toBe(5);
});

it('forgets those who have been quiet, however many names somebody makes up', () => {
  const limit = new RateLimit(1);
  for (let at = 0; at < 30_000; at++) limit.allows(`made-up-${at}`, at);
  expect(limit.size).toBeLessThanOrEqual(10_001);
  for (let at = 0; at < 30_000; at++) limit.allows(`at-once-${at}`, 30_000);
  expect(limit.size).toBeLessThanOrEqual(10_001);
});
