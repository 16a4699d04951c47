import { DnsLabel, idSchema, Node, NodeCreate, NodeUpdate } from '@weft/model';
import { z } from 'zod';
import { NODE } from '../examples.ts';
import { DRAINING_NODE } from '../examples-of-nodes.ts';
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
  permission: 'node.remove',
  summary: 'Change a node, such as its service backend',
  params: objectOf('node'),
  body: NodeUpdate,
  bodyExample: { backend: 'iptables' },
  result: Node,
  problems: ['BackendUnsupported', 'LinkUnsupported'],
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

export const nodeDelete = {
  ...removal,
  description:
    `${removal.description} By force its pods and endpoints go with it, and its addresses are free again once every other node has forgotten them. ` +
    'Should its host come back, its credential is answered with 410 NodeRemoved: the executor removes everything of ours from the host and waits for a new credential.',
  query: z.strictObject({
    force: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(false)
      .meta({ type: 'boolean' })
      .describe('true: also when it holds pods or endpoints, which are gone then'),
  }),
};
