import { retryAfterSeconds } from './retry-after.ts';
import type { components } from './schema.ts';

/** The body of every error answer (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** The codes of refusals that this SDK knows (docs/errors.md). */
export type ProblemCode = components['schemas']['ProblemCode'];

/** Says who answers in words that are not the API's. */
const FOREIGN = 'Foreign';

/**
 * An answer of the API that says no. `problem` is its body; `code` is stable and meant for programs. A later version of the API may have codes that are not
 * among these: what branches on them needs a default. `Foreign`: whoever answered is not the API.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ProblemCode | typeof FOREIGN;
  readonly problem: Problem;
  /** Seconds the API asked to wait before trying again; null when it did not. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null = null) {
    const fields = problem.errors.map(({ pointer, message }) => `${pointer === '' ? 'body' : pointer} ${message}`);
    super(fields.length === 0 ? `${problem.title}: ${problem.detail}` : `${problem.title}: ${fields.join('; ')}`);
    this.status = problem.status;
    this.code = problem.code as ProblemCode | typeof FOREIGN;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The API gave no answer at all: nothing listens there, or the connection broke. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly retryable = true;

  constructor(url: string, cause: unknown) {
    super(`no answer from ${url}`, { cause });
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'errors' in value && Array.isArray(value.errors);

/** True for a refusal of the API with one of these codes (docs/errors.md): `if (isRefusal(error, 'NotFound', 'Expired')) …`. */
export const isRefusal = (error: unknown, ...codes: readonly (ProblemCode | typeof FOREIGN)[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code);

/** What stands between us and the API (a proxy, another program on its port) answers in its own words. */
const foreign = (status: number): Problem => ({
  type: 'about:blank',
  title: `HTTP ${status}`,
  status,
  detail: 'the answer does not come from the weft API',
  code: FOREIGN,
  requestId: '',
  retryable: status >= 500,
  errors: [],
});

/** Reads an answer that is not 2xx. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return new ApiError(isProblem(body) ? body : foreign(response.status), retryAfterSeconds(response));
}
