import { CHAINS, ChainLine, Checkpoint } from '@weft/model';
import { z } from 'zod';
import { CHECKPOINT } from '../examples/sealing.ts';
import { listOf } from '../lists.ts';
import { ask, lines, list } from '../shapes.ts';

const tag = 'history';

export const auditChainView = {
  ...lines({
    id: 'auditChainView',
    path: '/audit-chains/{chain}',
    tag,
    permission: 'chain.read',
    summary: 'Read all that is needed to verify a chain of records',
    description:
      'One JSON object a line, in order: every link with its record, then records that are in none, then those that are not found by what they say, then the texts of receipts, then those that should be there, then an END. An answer without END broke off. ' +
      '`weft audit verify` computes everything anew from it.',
    filters: {},
    line: ChainLine,
  }),
  params: z.strictObject({ chain: z.enum(CHAINS) }),
} as const;

export const checkpointList = list({
  id: 'checkpointList',
  path: '/checkpoints',
  tag,
  permission: 'checkpoint.read',
  summary: 'List signed checkpoints, newest first',
  filters: {},
  result: listOf(Checkpoint, 'CheckpointList'),
});

export const checkpointCreate = {
  ...ask({
    id: 'checkpointCreate',
    path: '/checkpoints',
    tag,
    permission: 'checkpoint.write',
    summary: 'Sign where the chains stand now',
    description: 'Seals what waits, then signs. When nothing was recorded since the newest checkpoint, that one is the answer.',
    body: z.strictObject({}),
    bodyExample: {},
    result: Checkpoint,
    example: CHECKPOINT,
    problems: ['Unavailable'],
  }),
  body: null,
  bodyTypes: [],
  bodyExample: undefined,
} as const;
