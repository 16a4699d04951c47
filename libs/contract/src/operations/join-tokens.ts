import { JoinToken, JoinTokenCreate } from '@weft/model';
import { z } from 'zod';
import { JOIN_TOKEN } from '../examples/joining.ts';
import { REQUEST_HEADERS } from '../headers.ts';
import { listOf } from '../lists.ts';
import { create, list, remove, view } from '../shapes.ts';

const tag = 'nodes';

/** A join token with its text, which is shown in this answer and never again: only its hash is kept. */
export const JoinTokenIssued = JoinToken.extend({ token: z.string().describe('the text of the token') }).meta({ id: 'JoinTokenIssued' });
export type JoinTokenIssued = z.infer<typeof JoinTokenIssued>;

const creation = create({
  id: 'joinTokenCreate',
  path: '/join-tokens',
  tag,
  permission: 'join-token.write',
  summary: 'Let one host join as a node',
  description: 'The text of the token is in this answer and never again. It can be used once, for an hour at most.',
  body: JoinTokenCreate,
  bodyExample: { expiresInSeconds: 600, nodeName: 'node-a', addressCidr: '192.0.2.0/24', requireApproval: true },
  result: JoinTokenIssued,
  example: { ...JOIN_TOKEN, token: 'weft_join_Zk9QmV4YyP1nS0cT3hW7uJ5rB8dL2aF6eG4iK0oXqEw' },
});

/** The text of a token is never stored, so its answer cannot be replayed: the operation takes no Idempotency-Key. */
export const joinTokenCreate = {
  ...creation,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...creation.answer, headers: ['ETag', 'Location', 'Weft-Operation', 'Weft-Revision'] },
  problems: [],
} as const;

export const joinTokenList = list({
  id: 'joinTokenList',
  path: '/join-tokens',
  tag,
  permission: 'join-token.read',
  summary: 'List join tokens and what became of them',
  filters: {},
  result: listOf(JoinToken, 'JoinTokenList'),
});

export const joinTokenView = view({
  id: 'joinTokenView',
  path: '/join-tokens/{id}',
  tag,
  permission: 'join-token.read',
  summary: 'Show a join token and what became of it',
  kind: 'joinToken',
  result: JoinToken,
  example: JOIN_TOKEN,
});

export const joinTokenDelete = remove({
  id: 'joinTokenDelete',
  path: '/join-tokens/{id}',
  tag,
  permission: 'join-token.write',
  summary: 'Revoke a join token',
  kind: 'joinToken',
});
