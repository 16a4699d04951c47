import { z } from 'zod';

/** One thing wrong with a request: where (RFC 6901 pointer into the body, or `query/limit`, `header/if-match`) and what. */
export const FieldError = z.strictObject({ pointer: z.string(), code: z.string(), message: z.string() }).meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof FieldError>;

/** Every code a problem can carry, with the HTTP status it travels under, its title and whether the same request may succeed later. */
export const PROBLEMS = {
  BadRequest: { status: 400, title: 'The request cannot be read', retryable: false },
  ValidationFailed: { status: 422, title: 'A field of the request is not valid', retryable: false },
  UnknownField: { status: 422, title: 'The request has a field that does not exist', retryable: false },
  Unauthenticated: { status: 401, title: 'A valid bearer token is needed', retryable: false },
  JoinTokenRefused: { status: 401, title: 'The join token cannot be used', retryable: false },
  AwaitingApproval: { status: 403, title: 'The node is not approved yet', retryable: true },
  Forbidden: { status: 403, title: 'This token may not do that', retryable: false },
  NotFound: { status: 404, title: 'There is no such object', retryable: false },
  MethodNotAllowed: { status: 405, title: 'This path does not take that method', retryable: false },
  NameTaken: { status: 409, title: 'An object of that name exists', retryable: false },
  AddressTaken: { status: 409, title: 'The address is in use', retryable: false },
  NodePortTaken: { status: 409, title: 'The node port is in use', retryable: false },
  InUse: { status: 409, title: 'Other objects still need this one', retryable: false },
  PlanOutdated: { status: 409, title: 'What was planned cannot be done any more as it was planned', retryable: false },
  RolloutUnderWay: { status: 409, title: 'Another rollout has one of the nodes', retryable: true },
  RolloutPhase: { status: 409, title: 'The rollout is in a phase in which that cannot be done', retryable: false },
  StaleSession: { status: 409, title: 'Another executor acts for this node', retryable: false },
  Expired: { status: 410, title: 'That revision is no longer kept, or belongs to another epoch; start over with a list', retryable: false },
  NodeRemoved: { status: 410, title: 'The node of this credential was removed; its host cleans up and has to join anew', retryable: false },
  PreconditionFailed: { status: 412, title: 'The object has changed since it was read', retryable: false },
  PayloadTooLarge: { status: 413, title: 'The request body is too large', retryable: false },
  UnsupportedMediaType: { status: 415, title: 'The content type is not supported', retryable: false },
  AddressOutsidePool: { status: 422, title: 'The address is outside the range it must come from', retryable: false },
  BackendUnsupported: { status: 422, title: 'A backend cannot do that, or a node cannot run the backend', retryable: false },
  LinkUnsupported: { status: 422, title: 'A node cannot make the links that this needs', retryable: false },
  ProtocolUnsupported: { status: 409, title: 'Executor and control plane are too far apart in version', retryable: false },
  IdempotencyKeyReused: { status: 422, title: 'The Idempotency-Key was used for a different request', retryable: false },
  PreconditionRequired: {
    status: 428,
    title: 'If-Match is needed; read the object and send its ETag, or * to overwrite',
    retryable: false,
  },
  PoolExhausted: { status: 409, title: 'No address is free', retryable: true },
  NodePortsExhausted: { status: 409, title: 'No node port is free', retryable: true },
  NoNodeAvailable: { status: 409, title: 'No node can take the pod', retryable: true },
  QuotaExceeded: { status: 409, title: 'The namespace may hold no more of that', retryable: true },
  TooManyRequests: { status: 429, title: 'This token sends more requests than it may', retryable: true },
  Unavailable: { status: 503, title: 'The control plane cannot answer now', retryable: true },
  Internal: { status: 500, title: 'The control plane failed', retryable: true },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The codes that there are, docs/errors.md. */
export const ProblemCode = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).meta({ id: 'ProblemCode' });

/** The body of every error answer (RFC 9457, `application/problem+json`). */
export const Problem = z
  .strictObject({
    type: z.string().describe('stable URI of the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    // Not the codes alone: with a version that brings another one, no client of today may refuse the whole answer.
    code: z.union([ProblemCode, z.string()]).describe('one of the codes in docs/errors.md; later versions may have more'),
    requestId: z.string(),
    retryable: z.boolean(),
    errors: z.array(FieldError),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** An error with a problem code: what every layer throws when a request cannot be carried out for a reason its sender can know. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];

  constructor(code: ProblemCode, detail: string, errors: readonly FieldError[] = [], options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.errors = errors;
  }
}
