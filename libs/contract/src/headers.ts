/** A header that a request may carry, as the OpenAPI document shows it. */
export interface RequestHeader {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Longest X-Request-Id that is taken over; anything else gets an id of ours. */
export const REQUEST_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** What an Idempotency-Key looks like: 1 to 255 printable ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** The longest time a request may wait for the nodes, in seconds. */
export const WAIT_MAX_SECONDS = 60;

/** `Prefer: wait=10` (RFC 7240 §4.3); other preferences beside it are allowed and ignored. */
export const PREFER_WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i;

const header = (name: string, description: string, schema: object = { type: 'string' }, required = false): RequestHeader => ({
  name,
  description,
  required,
  schema: { ...schema },
});

/** Every request header the API reads, beside Authorization and Content-Type. */
export const REQUEST_HEADERS = {
  requestId: header('X-Request-Id', 'name of the request in answers, logs and audit; one is made when it is missing or not usable', {
    type: 'string',
    maxLength: 128,
    pattern: REQUEST_ID.source,
  }),
  idempotencyKey: header(
    'Idempotency-Key',
    'makes a repeated POST safe: the same key with the same request gives the stored answer, with another request 422',
    { type: 'string', minLength: 1, maxLength: 255 },
  ),
  ifMatch: header(
    'If-Match',
    'the ETag the object was read with, or * to change whatever is there',
    { type: 'string', maxLength: 255 },
    true,
  ),
  prefer: header(
    'Prefer',
    `wait=N: answer when every ready node has applied the change, or after N seconds (at most ${WAIT_MAX_SECONDS})`,
    {
      type: 'string',
      maxLength: 255,
    },
  ),
  lastEventId: header('Last-Event-ID', 'watch only: continue after this event', { type: 'string', maxLength: 128 }),
} as const satisfies Record<string, RequestHeader>;

const text = (description: string, schema: object = { type: 'string' }) => ({ description, schema: { ...schema } });

/** Every header that answers carry. */
export const ANSWER_HEADERS = {
  'X-Request-Id': text('name of the request'),
  ETag: text('version of the object, for If-Match; a change of status alone leaves it as it is'),
  Location: text('where the new object is'),
  'Weft-Operation': text('id of the operation that tells how far the change has come: GET /operations/{id}'),
  'Weft-Revision': text('cluster revision the change was committed at', { type: 'integer' }),
  'Idempotency-Replayed': text('true when this is the stored answer to an earlier request', { type: 'string', enum: ['true'] }),
  'Preference-Applied': text('the preference that was followed, such as wait=10'),
  'Retry-After': text('seconds after which to try again', { type: 'integer' }),
  'WWW-Authenticate': text('how to authenticate'),
  Allow: text('methods the path takes'),
} as const;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;
