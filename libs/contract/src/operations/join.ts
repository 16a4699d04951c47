import { JoinOutlook, Node, NodeCredential, NodeCredentialRotation, NodeIdentity, NodeJoin, NodeJoinPreview } from '@weft/model';
import { z } from 'zod';
import { JOIN_OUTLOOK, NODE_CREDENTIAL, NODE_JOIN } from '../examples/joining.ts';
import { NODE } from '../examples/nodes.ts';
import { REQUEST_HEADERS } from '../headers.ts';
import { create, objectOf, read } from '../shapes.ts';

const tag = 'nodes';

const committed = ['Weft-Operation', 'Weft-Revision'] as const;

/** Whoever has no token yet is not shown what a change comes to. */
const UNPLANNED = { query: z.strictObject({}), otherAnswers: [] } as const;

const joining = create({
  id: 'nodeJoin',
  path: '/join',
  tag,
  permission: null,
  summary: 'Become a node by a join token',
  body: NodeJoin,
  bodyExample: NODE_JOIN,
  result: NodeCredential,
  example: NODE_CREDENTIAL,
});

/** What a join token that cannot be used, or not by this host, is answered with. */
const REFUSALS = ['JoinTokenRefused', 'Forbidden', 'ValidationFailed', 'Unavailable'] as const;

/** Takes no bearer token: the join token in the body says who may. */
export const nodeJoin = {
  ...joining,
  description:
    'Uses the token up, makes the node (or gives it back to a host, when no credential of it is alive) and answers its credential, all in one transaction. ' +
    'The credential is in this answer and never again. A host that did not get the answer joins with another token.',
  ...UNPLANNED,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...joining.answer, description: 'the credential of the node', headers: committed },
  problems: [...REFUSALS, 'NameTaken', 'AddressTaken', 'PoolExhausted', 'BackendUnsupported', 'ProtocolUnsupported'],
} as const;

const preview = create({
  id: 'nodeJoinPreview',
  path: '/join/preview',
  tag,
  permission: null,
  summary: 'Find out what joining by a token would come to',
  body: NodeJoinPreview,
  bodyExample: { token: NODE_JOIN.token },
  result: JoinOutlook,
  example: JOIN_OUTLOOK,
});

export const nodeJoinPreview = {
  ...preview,
  description: 'Uses nothing up. What a host has to know to look at itself before it joins.',
  ...UNPLANNED,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...preview.answer, status: 200, description: 'what joining would come to', headers: [] },
  problems: [...REFUSALS, 'NameTaken'],
  audited: false,
} as const;

const approval = create({
  id: 'nodeApprove',
  path: '/nodes/{id}/approve',
  tag,
  permission: 'node.approve',
  summary: 'Let a node in that joined by a token which asks for approval',
  body: NodeJoinPreview,
  bodyExample: { token: '' },
  result: Node,
  example: NODE,
});

export const nodeApprove = {
  ...approval,
  description: 'Approving a node that is approved changes nothing.',
  params: objectOf('node'),
  body: null,
  bodyTypes: [],
  bodyExample: undefined,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...approval.answer, status: 200, description: 'the node', headers: ['ETag', ...committed] },
  problems: ['NotFound'],
} as const;

export const nodeCredentialRevoke = {
  ...nodeApprove,
  id: 'nodeCredentialRevoke',
  method: 'DELETE',
  path: '/nodes/{id}/credential',
  permission: 'node.credential',
  summary: "Revoke a node's credential at once",
  description:
    'Its executor is refused from now on, and its connection to Redis ends. What the node has programmed stays and goes on serving. A join token lets it in again.',
  result: null,
  answer: { status: 204, description: 'it has no credential any more', content: {}, headers: committed },
} as const;

const rotation = create({
  id: 'nodeAgentCredentialRotate',
  path: '/node-agent/credential',
  tag: 'node-agent',
  permission: 'node-agent.act',
  summary: 'Get a new credential before the one in use ends',
  body: NodeCredentialRotation,
  bodyExample: { receiptKey: NODE_JOIN.receiptKey },
  result: NodeCredential,
  example: NODE_CREDENTIAL,
});

export const nodeAgentCredentialRotate = {
  ...rotation,
  description: 'The old credential works until the new one is used for the first time, so that an answer which is lost costs nothing.',
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...rotation.answer, description: 'the new credential', headers: committed },
  problems: [],
} as const;

export const nodeAgentCredentialRevoke = {
  ...nodeAgentCredentialRotate,
  body: null,
  bodyTypes: [],
  bodyExample: undefined,
  id: 'nodeAgentCredentialRevoke',
  method: 'DELETE',
  summary: 'Give the credential back: the host leaves',
  description: 'Every credential of the node ends. The node itself stays until somebody deletes it.',
  result: null,
  answer: { status: 204, description: 'the node has no credential any more', content: {}, headers: committed },
  problems: [],
} as const;

export const nodeAgentIdentityView = read({
  id: 'nodeAgentIdentityView',
  path: '/node-agent/identity',
  tag: 'node-agent',
  permission: 'node-agent.act',
  summary: 'Which node this credential is for, and whether it is approved',
  result: NodeIdentity,
});
