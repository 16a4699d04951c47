import type { Condition } from '@weft/model';
import type { NodeStanding } from '../fleet/fleet.ts';

/** The condition `EndpointsKept`, while a node is NotReady and its endpoints are in use all the same. */
export function keptCondition({ lostAt, withdrawn }: NodeStanding, observedGeneration: number): Condition[] {
  if (lostAt === null || withdrawn) return [];
  return [
    {
      type: 'EndpointsKept',
      status: 'True',
      reason: 'MassFailure',
      message: 'so many nodes are silent at once that nothing is withdrawn: look for what lies between them and the control plane',
      observedGeneration,
      lastTransitionTime: lostAt.toISOString(),
    },
  ];
}
