/** How tests and checks went. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of Vitest's JSON report (Jest's format) that is counted. */
export interface VitestReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Counts a report. A file that failed before its first test, such as one that does not compile, is one failure. */
export function countOf(report: VitestReport): Count {
  const broken = (report.testResults ?? []).filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + broken,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

/** All counts together. */
export const sum = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((total, count) => total + count.passed, 0),
  failed: counts.reduce((total, count) => total + count.failed, 0),
  skipped: counts.reduce((total, count) => total + count.skipped, 0),
});

/** The last lines of the run and whether it is good. Strict, as in continuous integration, a skipped test is a failed one. */
export function verdict(total: Count, strict: boolean): { readonly ok: boolean; readonly lines: readonly string[] } {
  const failed = total.failed + (strict ? total.skipped : 0);
  const skipped = total.skipped === 0 ? [] : [`${total.skipped} skipped${strict ? ', which counts as failed' : ''}`];
  return { ok: failed === 0 && total.passed > 0, lines: [...skipped, `${total.passed} passed, ${failed} failed`] };
}
