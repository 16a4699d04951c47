import type { Node } from '@weft/model';
import { NODE } from './examples.ts';

export const DRAINING_NODE: Node = {
  ...NODE,
  cordoned: true,
  generation: 2,
  revision: 12,
  status: {
    ...NODE.status,
    drain: {
      phase: 'Withdrawing',
      startedAt: '2026-11-21T08:00:30.000Z',
      graceSeconds: 30,
      waitSeconds: 300,
      podsLeft: 7,
      waitingFor: ['node-b'],
    },
  },
};
