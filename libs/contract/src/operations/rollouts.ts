import { Rollout, RolloutCreate } from '@weft/model';
import { ROLLOUT, ROLLOUT_CREATE } from '../examples/rollouts.ts';
import { REQUEST_HEADERS } from '../headers.ts';
import { listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, view } from '../shapes.ts';

const tag = 'rollouts';

export const rolloutList = listOrWatch({
  id: 'rolloutList',
  path: '/rollouts',
  tag,
  permission: 'rollout.read',
  summary: 'List or watch rollouts',
  filters: {},
  result: listOf(Rollout, 'RolloutList'),
  event: watchEventOf(Rollout, 'RolloutEvent'),
});

const creation = create({
  id: 'rolloutCreate',
  path: '/rollouts',
  tag,
  permission: 'rollout.write',
  summary: 'Change many nodes in stages, each proven before the next',
  body: RolloutCreate,
  bodyExample: ROLLOUT_CREATE,
  result: Rollout,
  example: ROLLOUT,
  problems: ['NotFound', 'RolloutUnderWay', 'BackendUnsupported', 'LinkUnsupported'],
});

/** Its nodes are changed in the background, so there is nothing that a wait could be for. */
export const rolloutCreate = {
  ...creation,
  description:
    'Everything that can be known before is checked before anything is changed. Then one node after the other, canaries first: what its services, node ports and ' +
    'pods answer is probed through its dataplane, from itself and from a neighbour; it is changed; once it has applied the change the same is probed again, and once more ' +
    'when the soak time is over. What answered before and does not answer any more is a failure. GET it, or watch, to see how far it is.',
  requestHeaders: [REQUEST_HEADERS.requestId, REQUEST_HEADERS.idempotencyKey],
} as const;

export const rolloutView = view({
  id: 'rolloutView',
  path: '/rollouts/{id}',
  tag,
  permission: 'rollout.read',
  summary: 'Show a rollout: where each of its nodes stands, and why it stopped',
  kind: 'rollout',
  result: Rollout,
  example: ROLLOUT,
});

/** Asking for what is already so changes nothing. */
const order = {
  ...creation,
  params: objectOf('rollout'),
  body: null,
  bodyTypes: [],
  bodyExample: undefined,
  requestHeaders: [REQUEST_HEADERS.requestId],
  answer: { ...creation.answer, status: 200, description: 'the rollout', headers: ['ETag', 'Weft-Operation', 'Weft-Revision'] },
} as const;

export const rolloutCancel = {
  ...order,
  id: 'rolloutCancel',
  path: '/rollouts/{id}/cancel',
  summary: 'End a rollout where it stands: no node is changed any more, and none is changed back',
  problems: ['NotFound', 'RolloutPhase'],
} as const;

export const rolloutHalt = {
  ...order,
  id: 'rolloutHalt',
  path: '/rollouts/{id}/halt',
  summary: 'Have a rollout wait: the next nodes are not changed until somebody resumes, reverts or cancels it',
  problems: ['NotFound', 'RolloutPhase'],
} as const;

export const rolloutResume = {
  ...order,
  id: 'rolloutResume',
  path: '/rollouts/{id}/resume',
  summary: 'Go on with a rollout that was halted; nodes that failed are probed again',
  problems: ['NotFound', 'RolloutPhase'],
} as const;

export const rolloutRevert = {
  ...order,
  id: 'rolloutRevert',
  path: '/rollouts/{id}/revert',
  summary: 'Take a change back on every node that has it, last first',
  problems: ['NotFound', 'RolloutPhase', 'RolloutUnderWay'],
} as const;
