import { describe, expect, it } from 'vitest';
import { countOf, sum, verdict } from '../test-count.ts';

describe('counting test reports', () => {
  it('counts a file that broke before its first test as a failure', () => {
    const report = { numPassedTests: 3, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(countOf(report)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });

  it('takes a missing report for nothing counted', () => {
    expect(countOf({})).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it('adds up', () => {
    const one = { passed: 1, failed: 2, skipped: 3 };
    expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  });
});

describe('the verdict', () => {
  const total = { passed: 5, failed: 0, skipped: 2 };

  it('ends with the one line that machines read', () => {
    expect(verdict(total, false)).toEqual({ ok: true, lines: ['2 skipped', '5 passed, 0 failed'] });
  });

  it('fails on skipped tests when strict', () => {
    expect(verdict(total, true)).toMatchObject({ ok: false, lines: [expect.any(String), '5 passed, 2 failed'] });
  });

  it('is not good when nothing ran', () => {
    expect(verdict({ passed: 0, failed: 0, skipped: 0 }, false).ok).toBe(false);
  });
});
