import { DnsLabel, idSchema, Node, NodeCreate, NodeUpdate } from '@weft/model';
import { z } from 'zod';
import { NODE } from '../examples.ts';
import { REQUEST_HEADERS } from '../headers.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'nodes';

/** A node's bearer token. It is shown in this answer and never again: only its hash is kept. */
export const NodeCredential = z
  .strictObject({ node: z.strictObject({ id: idSchema('node'), name: DnsLabel }), token: z.string() })
  .meta({ id: 'NodeCredential' });
export type NodeCredential = z.infer<typeof NodeCredential>;

export const nodeList = listOrWatch({
  id: 'nodeList',
  path: '/nodes',
  tag,
  permission: 'node.read',
  summary: 'List or watch nodes',
  filters: { name: FILTERS.name, labelSelector: FILTERS.labelSelector },
  result: listOf(Node, 'NodeList'),
  event: watchEventOf(Node, 'NodeEvent'),
});

export const nodeCreate = create({
  id: 'nodeCreate',
  path: '/nodes',
  tag,
  permission: 'node.create',
  summary: 'Create a node',
  body: NodeCreate,
  bodyExample: { name: 'node-a', zone: 'rack-1' },
  result: Node,
  example: NODE,
  problems: ['NameTaken', 'PoolExhausted', 'BackendUnsupported'],
});

export const nodeView = view({
  id: 'nodeView',
  path: '/nodes/{id}',
  tag,
  permission: 'node.read',
  summary: 'Show a node',
  kind: 'node',
  result: Node,
  example: NODE,
});

export const nodeUpdate = update({
  id: 'nodeUpdate',
  path: '/nodes/{id}',
  tag,
  permission: 'node.remove',
  summary: 'Change a node, such as its service backend',
  params: objectOf('node'),
  body: NodeUpdate,
  bodyExample: { backend: 'iptables' },
  result: Node,
  problems: ['BackendUnsupported'],
});

export const nodeDelete = remove({
  id: 'nodeDelete',
  path: '/nodes/{id}',
  tag,
  permission: 'node.write',
  summary: 'Delete a node that holds no pods',
  kind: 'node',
  problems: ['InUse'],
});

const credential = create({
  id: 'nodeCredentialIssue',
  path: '/nodes/{id}/credential',
  tag,
  permission: 'node.credential',
  summary: "Issue a node's bearer token",
  body: z.strictObject({}),
  bodyExample: {},
  result: NodeCredential,
});

/** A token is never stored, so its answer cannot be replayed: the operation takes no Idempotency-Key. */
export const nodeCredentialIssue = {
  ...credential,
  description: 'Shown once and kept only as a hash. A new credential replaces the old one, which stops working at once.',
  params: objectOf('node'),
  body: null,
  bodyTypes: [],
  bodyExample: undefined,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...credential.answer, description: 'the credential', headers: ['Weft-Operation', 'Weft-Revision'] },
  problems: ['NotFound'],
} as const;
