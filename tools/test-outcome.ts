/** A check or a test that went wrong. */
export interface Failure {
  /** What it was: the tier, the file and the names, from the outermost. */
  readonly what: string;
  /** The first lines of what was said about it. */
  readonly why: string;
}

/** How tests and checks went. */
export interface Outcome {
  /** The names of the tests that passed, from the outermost. */
  readonly passed: readonly string[];
  readonly failures: readonly Failure[];
  /** The names of the tests that were left out. */
  readonly skipped: readonly string[];
}

/** The part of Vitest's JSON report (Jest's format) that is read. */
export interface VitestReport {
  readonly testResults?: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

/** Lines that are repeated of what a failure said: enough for the assertion and where it stands, so that the last page of a log says what went wrong. */
const LINES_SAID = 8;

const start = (text: string): string => text.split('\n').slice(0, LINES_SAID).join('\n');

/**
 * Reads a report of one tier.
 * @param report - A file that failed before its first test, such as one that does not compile, is one failure.
 * @param placeOf - What a test file is called, from the path that the report gives.
 */
export function outcomeOf(report: VitestReport, placeOf: (path: string) => string): Outcome {
  const files = report.testResults ?? [];
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({
      ...test,
      what: `${placeOf(file.name)} › ${test.fullName}`,
      why: start(test.failureMessages?.[0] ?? ''),
    })),
  );
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
    failures: [
      ...broken.map((file) => ({ what: placeOf(file.name), why: start(file.message ?? '') })),
      ...tests.filter(({ status }) => status === 'failed').map(({ what, why }) => ({ what, why })),
    ],
    skipped: tests.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ what }) => what),
  };
}

/** All outcomes together. */
export const sum = (outcomes: readonly Outcome[]): Outcome => ({
  passed: outcomes.flatMap(({ passed }) => passed),
  failures: outcomes.flatMap(({ failures }) => failures),
  skipped: outcomes.flatMap(({ skipped }) => skipped),
});

/** The last lines of the run, which repeat every failure, and whether it is good. Strict, as in continuous integration, a skipped test is a failed one. */
export function verdict(total: Outcome, strict: boolean): { readonly ok: boolean; readonly lines: readonly string[] } {
  const failed = total.failures.length + (strict ? total.skipped.length : 0);
  const indented = (text: string) => text.split('\n').map((line) => `    ${line}`.trimEnd());
  return {
    ok: failed === 0 && total.passed.length > 0,
    lines: [
      ...total.failures.flatMap(({ what, why }) => [`✗ ${what}`, ...indented(why)]),
      ...total.skipped.map((what) => `- skipped${strict ? ', which counts as failed' : ''}: ${what}`),
      `${total.passed.length} passed, ${failed} failed`,
    ],
  };
}
