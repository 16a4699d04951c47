import { Node, NodeCreate, NodeDrain, NodeUpdate } from '@weft/model';
import { z } from 'zod';
import { DRAINING_NODE, NODE } from '../examples/nodes.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'nodes';

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
  permission: 'node.write',
  summary: 'Change a node, such as its service backend',
  params: objectOf('node'),
  body: NodeUpdate,
  bodyExample: { backend: 'iptables' },
  result: Node,
  problems: ['BackendUnsupported', 'LinkUnsupported'],
});

const draining = create({
  id: 'nodeDrain',
  path: '/nodes/{id}/drain',
  tag,
  permission: 'node.drain',
  summary: 'Empty a node: cordon it, have the others stop sending there, then let its pods go',
  description:
    'Answers at once; status.drain tells how far it has come. Its pods go when every node that is heard of has acknowledged that it sends them nothing new, or after waitSeconds. ' +
    'What is placed there by name meanwhile goes as well. Asking again for the same changes nothing. PATCH the node with cordoned: false to take it back: pods that were asked to go still do.',
  body: NodeDrain,
  bodyExample: { graceSeconds: 30 },
  result: Node,
  example: DRAINING_NODE,
});

export const nodeDrain = {
  ...draining,
  params: objectOf('node'),
  answer: {
    ...draining.answer,
    status: 202,
    description: 'it has begun',
    headers: draining.answer.headers.filter((name) => name !== 'Location'),
  },
  problems: ['NotFound', ...draining.problems],
} as const;

const removal = remove({
  id: 'nodeDelete',
  path: '/nodes/{id}',
  tag,
  permission: 'node.remove',
  summary: 'Delete a node that holds nothing, or by force one that does not come back',
  kind: 'node',
  problems: ['InUse'],
});

export const nodeDelete = {
  ...removal,
  description:
    `${removal.description} By force its pods and endpoints go with it, and its addresses are free again once every other node has forgotten them. ` +
    'Should its host come back, its credential is answered with 410 NodeRemoved: the executor removes everything of ours from the host and waits for a new credential.',
  query: z.strictObject({
    ...removal.query.shape,
    force: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(false)
      .meta({ type: 'boolean' })
      .describe('true: also when it holds pods or endpoints, which are gone then'),
  }),
};
