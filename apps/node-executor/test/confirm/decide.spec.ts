import { describe, expect, it } from 'vitest';
import { decide, dueAt, type Known, retryAt } from '../../src/confirm/decide.ts';

const LIMIT = 60_000;
const NOW = 1_000_000;
const known = (more: Partial<Known> = {}): Known => ({ confirmed: 'old', pending: null, refused: null, ...more });
const pending = (since: number, key = 'new') => ({ key, revision: 7, since });
const refused = (more: object = {}) => ({ key: 'new', revision: 7, at: NOW, times: 1, reached: true, ...more });

describe('decide', () => {
  it('lets everything through as long as nothing was ever confirmed, or the network stays as it is', () => {
    expect(decide('new', known({ confirmed: null }), NOW, LIMIT)).toBe('apply');
    expect(decide('old', known(), NOW, LIMIT)).toBe('apply');
    expect(decide('old', known({ pending: pending(0) }), NOW, LIMIT)).toBe('apply');
    expect(decide('old', known({ refused: refused() }), NOW, LIMIT)).toBe('apply');
  });

  it('tries another network until its time is over', () => {
    expect(decide('new', known(), NOW, LIMIT)).toBe('try');
    expect(decide('new', known({ pending: pending(NOW - LIMIT + 1) }), NOW, LIMIT)).toBe('try');
    expect(decide('new', known({ pending: pending(NOW - LIMIT) }), NOW, LIMIT)).toBe('take-back');
    expect(decide('newer', known({ pending: pending(NOW - LIMIT) }), NOW, LIMIT)).toBe('try');
  });

  it('holds back what was refused: until it is another one, or a while is over and the control plane was reached since', () => {
    expect(decide('new', known({ refused: refused() }), NOW + 1, LIMIT)).toBe('hold-back');
    expect(decide('newer', known({ refused: refused() }), NOW + 1, LIMIT)).toBe('try');
    expect(decide('new', known({ refused: refused() }), retryAt(refused()), LIMIT)).toBe('try');
    expect(decide('new', known({ refused: refused({ reached: false }) }), retryAt(refused()), LIMIT)).toBe('hold-back');
  });

  it('waits longer each time', () => {
    const waits = [1, 2, 3, 50].map((times) => retryAt({ at: 0, times }) / 60_000);
    expect(waits).toEqual([10, 20, 40, 360]);
  });
});

it('says when there is something to decide again', () => {
  expect(dueAt(known(), LIMIT)).toBe(Number.POSITIVE_INFINITY);
  expect(dueAt(known({ pending: pending(NOW) }), LIMIT)).toBe(NOW + LIMIT);
  expect(dueAt(known({ refused: refused({ reached: false }) }), LIMIT)).toBe(Number.POSITIVE_INFINITY);
  expect(dueAt(known({ refused: refused() }), LIMIT)).toBe(NOW + 600_000);
});
