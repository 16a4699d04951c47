import { HttpException } from '@nestjs/common';
import { type FieldError, PROBLEMS, type Problem, type ProblemCode, ProblemError } from '@weft/model';

/** A problem's type is this and its code: stable, and explained in docs/errors.md. */
const TYPE_BASE = 'urn:weft:problem:';

/** The framework's texts repeat what was sent to it; so much of that is sent back. */
const DETAIL_MAX = 200;

/** Which problem a bare HTTP status stands for, when all we have is an error of the web framework. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  503: 'Unavailable',
};

/** What an error means to the client: a ProblemError stays one, the framework's own become one, anything else is Internal. */
export function asProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = statusOf(error);
  if (status === null || (status >= 500 && status !== 503))
    return new ProblemError('Internal', 'something failed that should not have; the log has it under this request id', [], {
      cause: error,
    });
  const code = BY_STATUS[status] ?? 'BadRequest';
  const detail = error instanceof Error ? error.message : '';
  return new ProblemError(code, detail.slice(0, DETAIL_MAX) || PROBLEMS[code].title, [], { cause: error });
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' ? status : null;
}

/** The body of an error answer (RFC 9457). */
export function problemBody(error: ProblemError, requestId: string): Problem {
  const { status, title, retryable } = PROBLEMS[error.code];
  const errors: FieldError[] = [...error.errors];
  return {
    type: `${TYPE_BASE}${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    retryable,
    errors,
  };
}

const AUTHENTICATE: Readonly<Record<number, string>> = {
  401: 'Bearer realm="weft", error="invalid_token"',
  403: 'Bearer realm="weft", error="insufficient_scope"',
};

/** Statuses that say: later. After a second there is room again for as many requests as a token may send in one. */
const WAIT_A_MOMENT: ReadonlySet<number> = new Set([429, 503]);
const RETRY_AFTER_SECONDS = '1';

/** Headers that go with a problem. */
export function problemHeaders(code: ProblemCode): Record<string, string> {
  const challenge = AUTHENTICATE[PROBLEMS[code].status];
  return {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
    ...(WAIT_A_MOMENT.has(PROBLEMS[code].status) ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
  };
}
