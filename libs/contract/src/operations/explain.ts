import { DnsLabel, ExplainQuestion, KERNEL_KINDS, NodeDataplane, ServiceDataplane } from '@weft/model';
import { z } from 'zod';
import { EXPLANATION, NODE_DATAPLANE, SERVICE_DATAPLANE } from '../examples/explain.ts';
import { wholeNumber } from '../lists.ts';
import { ask, list, objectOf, view } from '../shapes.ts';

const live = list({
  id: 'nodeDataplaneList',
  path: '/nodes/{id}/dataplane',
  tag: 'history',
  permission: 'rule.read',
  summary: 'List what is in the kernel of a node now, each thing with whom it is for, who asked for it and since when it is so',
  description:
    'The node is asked, and looks; the following pages are of the same look, which it keeps for half a minute. What is not ours is listed as foreign. ' +
    'With owner it is what that object should have there, and what of it is missing.',
  filters: {
    kind: z.enum(KERNEL_KINDS).optional().describe('only things of this kind'),
    owner: z.string().min(1).max(64).optional().describe('only what is for the object of this id; cluster: for the ranges of the cluster'),
    text: z.string().min(1).max(256).optional().describe('only what has this text in its place, key or text'),
    foreign: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .meta({ type: 'boolean' })
      .describe('true: only what is not ours; false: only what is'),
  },
  result: NodeDataplane,
});

export const nodeDataplaneList = {
  ...live,
  params: objectOf('node'),
  problems: ['NotFound', 'Unavailable', ...live.problems],
} as const;

const question = ask({
  id: 'nodeExplain',
  path: '/nodes/{id}/explain',
  tag: 'history',
  permission: 'rule.read',
  summary: 'Explain a thing in the kernel of a node: whom it is for, who asked for it, since when it is so',
  description:
    'A line can be pasted as nft, iptables-save, ipvsadm -S -n, ipset save, ip or bridge print it; counters and handles do not matter. What is found there ' +
    'by no line of a tool is sought as a part of one. The answer has at most 32 things.',
  body: ExplainQuestion,
  bodyExample: { text: EXPLANATION.text },
  result: NodeDataplane,
  example: NODE_DATAPLANE,
});

export const nodeExplain = {
  ...question,
  params: objectOf('node'),
  problems: ['NotFound', 'Unavailable', 'Expired', ...question.problems],
} as const;

const ofService = view({
  id: 'serviceDataplaneView',
  path: '/services/{id}/dataplane',
  tag: 'services',
  permission: 'service.read',
  summary: 'Show everything a service has in the kernels of the fleet: desired, applied and live side by side',
  description: 'Nodes are asked what they have, and listed together when all of it is the same.',
  kind: 'service',
  result: ServiceDataplane,
  example: SERVICE_DATAPLANE,
  etag: false,
});

export const serviceDataplaneView = {
  ...ofService,
  query: z.strictObject({
    node: DnsLabel.optional().describe('only the node of this name'),
    limit: wholeNumber(1, 64).default(16).describe('how many nodes at most, 1 to 64'),
    cursor: z.string().max(1024).optional().describe('nextCursor of the page before'),
  }),
  problems: ['BadRequest', 'ValidationFailed', 'UnknownField', 'Expired', ...ofService.problems],
} as const;
