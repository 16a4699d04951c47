import { IssuedToken, Token, TokenCreate } from '@weft/model';
import { ISSUED_TOKEN, TOKEN } from '../examples/access.ts';
import { REQUEST_HEADERS } from '../headers.ts';
import { listOf } from '../lists.ts';
import { create, list, remove, view } from '../shapes.ts';

const tag = 'access';

export const tokenList = list({
  id: 'tokenList',
  path: '/tokens',
  tag,
  permission: 'token.read',
  summary: 'List API tokens that are not revoked, without their text',
  filters: {},
  result: listOf(Token, 'TokenList'),
});

const creation = create({
  id: 'tokenCreate',
  path: '/tokens',
  tag,
  permission: 'token.write',
  summary: 'Make an API token',
  body: TokenCreate,
  bodyExample: { name: 'ci', role: 'operator', namespaces: ['shop'] },
  result: IssuedToken,
  example: ISSUED_TOKEN,
  problems: ['NameTaken'],
});

/** A token's text is never stored, so its answer cannot be replayed: the operation takes no Idempotency-Key. */
export const tokenCreate = {
  ...creation,
  description: 'Its text is shown in this answer and never again. It can do no more than the token it is made with, and holds no longer.',
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...creation.answer, description: 'the token with its text', headers: ['Location', 'Weft-Operation', 'Weft-Revision'] },
  problems: ['NameTaken'],
} as const;

export const tokenView = view({
  id: 'tokenView',
  path: '/tokens/{id}',
  tag,
  permission: 'token.read',
  summary: 'Show an API token, without its text',
  kind: 'token',
  result: Token,
  example: TOKEN,
  etag: false,
});

const removal = remove({
  id: 'tokenDelete',
  path: '/tokens/{id}',
  tag,
  permission: 'token.write',
  summary: 'Revoke an API token',
  kind: 'token',
});

/** A token never changes, so there is no version to insist on, and whoever revokes one is in a hurry. */
export const tokenDelete = {
  ...removal,
  description: 'It stops working at once; watches that it has open end within a second.',
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...removal.answer, description: 'it is revoked', headers: ['Weft-Operation', 'Weft-Revision'] },
  problems: ['NotFound', 'InUse'],
} as const;
