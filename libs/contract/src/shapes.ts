import { type IdKind, idSchema, type ProblemCode } from '@weft/model';
import { z } from 'zod';
import type { Content, OperationDefinition, Parts } from './definition.ts';
import { type AnswerHeader, REQUEST_HEADERS } from './headers.ts';
import { ListQuery, WatchQuery } from './lists.ts';
import { PLANNED, PLANNING } from './planning.ts';

const NONE = z.strictObject({});
const JSON_TYPE = 'application/json';
/** Content type of one JSON text a line. */
export const NDJSON_TYPE = 'application/x-ndjson';
const MERGE_PATCH = 'application/merge-patch+json';
const COMMITTED: readonly AnswerHeader[] = ['Weft-Operation', 'Weft-Revision', 'Preference-Applied'];

type Base = Pick<OperationDefinition, 'id' | 'path' | 'tag' | 'summary' | 'permission'> & {
  readonly description?: string;
  readonly problems?: readonly ProblemCode[];
};

/** What an operation has unless its shape says otherwise. */
const plain = {
  description: '',
  params: NONE,
  query: NONE,
  requestHeaders: [REQUEST_HEADERS.requestId],
  body: null,
  bodyExample: undefined,
  bodyTypes: [],
  otherAnswers: [],
  audited: false,
} as const;

/** What an operation has that commits a change: it can be planned. */
const committing = { ...plain, query: PLANNING, otherAnswers: [PLANNED], audited: true } as const;

const json = (schema: z.ZodType, example?: unknown): Record<string, Content> => ({ [JSON_TYPE]: { schema, example } });
const byId = <K extends IdKind>(kind: K) => z.strictObject({ id: idSchema(kind) });

/** Reads something that is not one object by its id: `GET /cluster`. */
export function read<R extends z.ZodType>(
  options: Base & { result: R; example?: z.output<R>; headers?: readonly AnswerHeader[] },
): OperationDefinition<typeof NONE, typeof NONE, null, R> {
  const { result, example, headers = [], problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'GET',
    result,
    answer: { status: 200, description: 'what was asked for', content: json(result, example), headers },
    problems,
  };
}

/** Asks a question that has a body and changes nothing: `POST /can-i`. */
export function ask<B extends z.ZodType, R extends z.ZodType>(
  options: Base & { body: B; bodyExample: z.input<B>; result: R; example: z.output<R> },
) {
  const { body, result, example, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'POST',
    body,
    bodyTypes: [JSON_TYPE],
    result,
    answer: { status: 200, description: 'the answer', content: json(result, example), headers: [] },
    problems,
  } satisfies OperationDefinition;
}

/** Reads one object by its id: `GET /services/{id}`. */
export function view<K extends IdKind, R extends z.ZodType>(options: Base & { kind: K; result: R; example?: unknown; etag?: boolean }) {
  const { kind, result, example, etag = true, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'GET',
    params: byId(kind),
    result,
    answer: { status: 200, description: 'the object', content: json(result, example), headers: etag ? ['ETag'] : [] },
    problems: ['NotFound', ...problems],
  } satisfies OperationDefinition;
}

/** Lists objects: `GET /receipts`. */
export function list<F extends z.ZodRawShape, R extends z.ZodType>(options: Base & { filters: F; result: R }) {
  const { filters, result, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'GET',
    query: z.strictObject({ ...ListQuery.shape, ...filters }),
    result,
    answer: { status: 200, description: 'one page of the list', content: json(result), headers: [] },
    problems: ['BadRequest', 'ValidationFailed', 'UnknownField', 'Expired', ...problems],
  } satisfies OperationDefinition;
}

/** Lists objects, or sends every change to them as server-sent events: `GET /services?watch=true`. */
export function listOrWatch<F extends z.ZodRawShape, R extends z.ZodType>(options: Base & { filters: F; result: R; event: z.ZodType }) {
  const { event, ...rest } = options;
  const listing = list(rest);
  return {
    ...listing,
    description:
      'With watch=true the answer is a stream of server-sent events (HTML Living Standard §9.2). Each has the id <epoch>.<revision>; sent back as ' +
      'Last-Event-ID or since, the stream goes on after it. Without one it starts with every object as ADDED, then a BOOKMARK with synced: true. ' +
      'A position that is too old or of another epoch is answered with 410: start over with a list.',
    query: z.strictObject({ ...listing.query.shape, ...WatchQuery.shape }),
    requestHeaders: [...plain.requestHeaders, REQUEST_HEADERS.lastEventId],
    answer: { ...listing.answer, content: { ...listing.answer.content, 'text/event-stream': { schema: event } } },
    problems: [...listing.problems, 'Unavailable'],
  } satisfies OperationDefinition;
}

/** Creates an object: `POST /services`. */
export function create<B extends z.ZodType, R extends z.ZodType>(
  options: Base & { body: B; bodyExample: z.input<B>; result: R; example?: unknown },
) {
  const { body, result, example, problems = [], ...base } = options;
  return {
    ...committing,
    ...base,
    method: 'POST',
    requestHeaders: [...plain.requestHeaders, REQUEST_HEADERS.idempotencyKey, REQUEST_HEADERS.prefer],
    body,
    bodyTypes: [JSON_TYPE],
    result,
    answer: {
      status: 201,
      description: 'the new object',
      content: json(result, example),
      headers: ['ETag', 'Location', 'Idempotency-Replayed', ...COMMITTED],
    },
    problems: ['IdempotencyKeyReused', ...problems],
  } satisfies OperationDefinition;
}

/** Changes an object by a JSON merge patch (RFC 7396): `PATCH /services/{id}`. */
export function update<P extends Parts, B extends z.ZodType, R extends z.ZodType>(
  options: Base & { params: P; body: B; bodyExample: z.input<B>; result: R },
) {
  const { params, body, result, problems = [], ...base } = options;
  return {
    ...committing,
    ...base,
    method: 'PATCH',
    params,
    requestHeaders: [...plain.requestHeaders, REQUEST_HEADERS.ifMatch, REQUEST_HEADERS.prefer],
    body,
    bodyTypes: [MERGE_PATCH, JSON_TYPE],
    result,
    answer: { status: 200, description: 'the object after the change', content: json(result), headers: ['ETag', ...COMMITTED] },
    problems: ['NotFound', 'PreconditionFailed', 'PreconditionRequired', ...problems],
  } satisfies OperationDefinition;
}

/** The part of a path that names one object of a kind. */
export const objectOf = byId;

/** Deletes an object: `DELETE /services/{id}`. */
export function remove<K extends IdKind>(options: Base & { kind: K }) {
  const { kind, problems = [], ...base } = options;
  return {
    ...committing,
    ...base,
    description: 'The answer has no body. With Prefer: wait=N it comes when every ready node has removed what it had for the object.',
    method: 'DELETE',
    params: byId(kind),
    requestHeaders: [...plain.requestHeaders, REQUEST_HEADERS.ifMatch, REQUEST_HEADERS.prefer],
    result: null,
    answer: { status: 204, description: 'it is gone', content: {}, headers: COMMITTED },
    problems: ['NotFound', 'PreconditionFailed', 'PreconditionRequired', ...problems],
  } satisfies OperationDefinition;
}

/** Deletes an object that may be given time to go: then the answer is the object, which is still there. */
export function removeInTime<K extends IdKind, Q extends Parts, R extends z.ZodType>(
  options: Base & { kind: K; query: Q; result: R; example: unknown },
) {
  const { query, result, example, ...base } = options;
  const removal = remove(base);
  return {
    ...removal,
    description: `${base.description} ${removal.description}`,
    query: z.strictObject({ ...removal.query.shape, ...(query.shape as Q['shape']) }),
    otherAnswers: [
      ...removal.otherAnswers,
      { status: 202, description: 'it is going, and still there', content: json(result, example), headers: ['ETag', ...COMMITTED] },
    ],
  } satisfies OperationDefinition;
}

/** Sends something that is not stored as an object of its own: `PUT /node-agent/report`. */
export function put<B extends z.ZodType, R extends z.ZodType>(options: Base & { body: B; bodyExample: z.input<B>; result: R }) {
  const { body, result, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'PUT',
    body,
    bodyTypes: [JSON_TYPE],
    result,
    answer: { status: 200, description: 'what the system says to it', content: json(result), headers: [] },
    problems,
  } satisfies OperationDefinition;
}

/** Answers with a text that is not one of our objects: `GET /metrics`. */
export function text(options: Base & { contentType: string }) {
  const { contentType, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'GET',
    result: null,
    answer: { status: 200, description: 'the text', content: { [contentType]: { schema: z.string() } }, headers: [] },
    problems,
  } satisfies OperationDefinition;
}

/** Answers with any number of objects, one JSON text a line (NDJSON), as fast as they are read: `GET /receipts/export`. */
export function lines<F extends z.ZodRawShape>(options: Base & { filters: F; line: z.ZodType }) {
  const { filters, line, problems = [], ...base } = options;
  return {
    ...plain,
    ...base,
    method: 'GET',
    query: z.strictObject(filters),
    result: null,
    answer: { status: 200, description: 'one object a line', content: { [NDJSON_TYPE]: { schema: line } }, headers: [] },
    problems: ['BadRequest', 'ValidationFailed', 'UnknownField', 'NotFound', 'Unavailable', ...problems],
  } satisfies OperationDefinition;
}
