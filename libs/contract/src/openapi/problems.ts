import { PROBLEMS, type ProblemCode } from '@weft/model';
import type { AnyOperation } from '../definition.ts';
import type { AnswerHeader } from '../headers.ts';

/** Headers that problems of a status carry beside X-Request-Id. */
const PROBLEM_HEADERS: Readonly<Record<number, readonly AnswerHeader[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** Every problem an operation can answer with: its own, and those that come with its shape. */
export function problemsOf(operation: AnyOperation): ProblemCode[] {
  const withInput = operation.body !== null || Object.keys(operation.query.shape).length > 0;
  const codes: ProblemCode[] = [
    ...operation.problems,
    'BadRequest',
    // Of a query that it does not take.
    'UnknownField',
    ...(withInput ? (['ValidationFailed'] as const) : []),
    // Of a body that it does not take as well; that of a GET is not looked at. Whoever needs no token may only look as often as they like.
    ...(operation.method === 'GET' ? [] : (['PayloadTooLarge', 'UnsupportedMediaType', 'TooManyRequests', 'Unavailable'] as const)),
    ...(operation.audited ? (['PlanOutdated'] as const) : []),
    ...(operation.permission === 'node-agent.act' ? (['AwaitingApproval'] as const) : []),
    ...(operation.permission === null ? [] : (['Unauthenticated', 'NodeRemoved', 'Forbidden', 'TooManyRequests', 'Unavailable'] as const)),
    'Internal',
  ];
  return [...new Set(codes)];
}

/** The same by HTTP status, with the headers that come along. */
export function problemsByStatus(operation: AnyOperation): Map<number, { codes: ProblemCode[]; headers: readonly AnswerHeader[] }> {
  const byStatus = new Map<number, { codes: ProblemCode[]; headers: readonly AnswerHeader[] }>();
  for (const code of problemsOf(operation).sort()) {
    const { status } = PROBLEMS[code];
    const entry = byStatus.get(status) ?? { codes: [], headers: ['X-Request-Id', ...(PROBLEM_HEADERS[status] ?? [])] };
    entry.codes.push(code);
    byStatus.set(status, entry);
  }
  return byStatus;
}
