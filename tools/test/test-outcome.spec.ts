import { describe, expect, it } from 'vitest';
import { outcomeOf, sum, verdict } from '../test-outcome.ts';

const placeOf = (path: string) => path.replace('/repo/', '');

describe('reading test reports', () => {
  it('tells passed, failed and left out tests apart', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a pod comes' },
      { status: 'failed', fullName: 'a pod goes', failureMessages: ['AssertionError: it stayed', 'and more'] },
      { status: 'skipped', fullName: 'a pod waits' },
      { status: 'todo', fullName: 'a pod sings' },
    ];
    expect(outcomeOf({ testResults: [{ name: '/repo/pod.spec.ts', status: 'failed', assertionResults }] }, placeOf)).toEqual({
      passed: ['a pod comes'],
      failures: [{ what: 'pod.spec.ts › a pod goes', why: 'AssertionError: it stayed' }],
      skipped: ['pod.spec.ts › a pod waits', 'pod.spec.ts › a pod sings'],
    });
  });

  it('takes a file that broke before its first test for a failure', () => {
    const broken = { name: '/repo/a.spec.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    expect(outcomeOf({ testResults: [broken] }, placeOf).failures).toEqual([{ what: 'a.spec.ts', why: 'no such module' }]);
  });

  it('keeps the first lines of a long message', () => {
    const message = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    const [failure] = outcomeOf(
      { testResults: [{ name: '/repo/a.spec.ts', status: 'failed', message, assertionResults: [] }] },
      placeOf,
    ).failures;
    expect(failure?.why.split('\n')).toHaveLength(8);
  });

  it('takes a missing report for nothing', () => {
    expect(outcomeOf({}, placeOf)).toEqual({ passed: [], failures: [], skipped: [] });
  });

  it('adds up', () => {
    const one = { passed: ['d'], failures: [{ what: 'a', why: 'b' }], skipped: ['c'] };
    expect(sum([one, one])).toEqual({ passed: ['d', 'd'], failures: [...one.failures, ...one.failures], skipped: ['c', 'c'] });
  });
});

describe('the verdict', () => {
  const FIVE = ['a', 'b', 'c', 'd', 'e'];
  const total = { passed: FIVE, failures: [], skipped: ['a › b'] };

  it('ends with the one line that machines read', () => {
    expect(verdict(total, false)).toEqual({ ok: true, lines: ['- skipped: a › b', '5 passed, 0 failed'] });
  });

  it('repeats every failure before it', () => {
    const failures = [{ what: 'lint', why: 'two\nlines' }];
    expect(verdict({ passed: FIVE, failures, skipped: [] }, false)).toEqual({
      ok: false,
      lines: ['✗ lint', '    two', '    lines', '5 passed, 1 failed'],
    });
  });

  it('fails on skipped tests when strict', () => {
    expect(verdict(total, true)).toMatchObject({ ok: false, lines: [expect.stringContaining('counts as failed'), '5 passed, 1 failed'] });
  });

  it('is not good when nothing ran', () => {
    expect(verdict({ passed: [], failures: [], skipped: [] }, false).ok).toBe(false);
  });
});
