import {
  type AnyCall,
  type AnyOperation,
  IDEMPOTENCY_KEY,
  PREFER_WAIT,
  REQUEST_HEADERS,
  type RequestHeader,
  WAIT_MAX_SECONDS,
} from '@weft/contract';
import { PROBLEMS, ProblemError } from '@weft/model';
import { parsePart } from './field-errors.ts';
import { acceptsGzip } from './gzip.ts';
import { unstorableParameters } from './storable.ts';
import type { WeftRequest } from './weft-request.ts';

const HEADER_MAX = 255;

/** A request header that occurs once and is not too long; null when it is missing. Throws BadRequest. */
function header(request: WeftRequest, name: string): string | null {
  const value = request.headers[name];
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length <= HEADER_MAX) return value;
  const message = `must be sent once, with at most ${HEADER_MAX} characters`;
  throw new ProblemError('BadRequest', `${name} ${message}`, [{ pointer: `header/${name}`, code: 'InvalidFormat', message }]);
}

/** A header means something only to operations that say so. */
const takes = (operation: AnyOperation, wanted: RequestHeader) => operation.requestHeaders.includes(wanted);

function idempotencyKey(request: WeftRequest, operation: AnyOperation): string | null {
  const key = takes(operation, REQUEST_HEADERS.idempotencyKey) ? header(request, 'idempotency-key') : null;
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key;
  const message = 'must be 1 to 255 printable ASCII characters';
  throw new ProblemError('BadRequest', `Idempotency-Key ${message}`, [
    { pointer: 'header/idempotency-key', code: 'InvalidFormat', message },
  ]);
}

function waitSeconds(request: WeftRequest, operation: AnyOperation): number | null {
  const seconds = takes(operation, REQUEST_HEADERS.prefer) ? PREFER_WAIT.exec(header(request, 'prefer') ?? '')?.[1] : undefined;
  return seconds === undefined ? null : Math.min(Number(seconds), WAIT_MAX_SECONDS);
}

/** An id that cannot be one is the id of nothing. */
function params(request: WeftRequest, operation: AnyOperation): unknown {
  const result = operation.params.safeParse(request.params);
  if (result.success) return result.data;
  throw new ProblemError('NotFound', PROBLEMS.NotFound.title);
}

function query(request: WeftRequest, operation: AnyOperation): unknown {
  const sent = { ...(request.query as Record<string, unknown>) };
  const unstorable = unstorableParameters(sent);
  if (unstorable.length === 0) return parsePart('query', operation.query, sent);
  const message = 'must not have a NUL character';
  const errors = unstorable.map((name) => ({ pointer: `query/${name}`, code: 'InvalidFormat', message }));
  throw new ProblemError('BadRequest', `a parameter ${message}`, errors);
}

function body(request: WeftRequest, operation: AnyOperation): unknown {
  if (operation.body === null) return undefined;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && !operation.bodyTypes.includes(type))
    throw new ProblemError('UnsupportedMediaType', `${operation.id} takes ${operation.bodyTypes.join(' or ')}`);
  return parsePart('body', operation.body, request.body);
}

/** Reads a request as a call of its operation: every part of it checked, none of it trusted. Throws ProblemError. */
export function readCall(request: WeftRequest, operation: AnyOperation, gone: AbortSignal): AnyCall {
  return {
    operation,
    principal: request.principal ?? null,
    requestId: request.id,
    path: request.url.split('?')[0] ?? '',
    sourceAddress: request.ip,
    params: params(request, operation),
    query: query(request, operation),
    body: body(request, operation),
    idempotencyKey: idempotencyKey(request, operation),
    ifMatch: header(request, 'if-match'),
    waitSeconds: waitSeconds(request, operation),
    lastEventId: header(request, 'last-event-id'),
    readsGzip: acceptsGzip(request.headers['accept-encoding']),
    rehearsal: null,
    gone,
  };
}
