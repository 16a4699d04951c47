import type { Rollout, RolloutCreate } from '@weft/model';
import type { z } from 'zod';

export const ROLLOUT_CREATE: z.input<typeof RolloutCreate> = {
  change: { backend: 'iptables' },
  labelSelector: 'rack=1',
  canary: ['node-a'],
  soakSeconds: 60,
};

export const ROLLOUT: Rollout = {
  change: { backend: 'iptables' },
  nodes: null,
  labelSelector: 'rack=1',
  canary: ['node-a'],
  maxUnavailable: 1,
  soakSeconds: 60,
  onFailure: 'revert',
  id: 'roll_01k8',
  generation: 1,
  revision: 12,
  createdAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:04.000Z',
  status: {
    phase: 'Running',
    message: 'node-a has to stay well for 60 s',
    nodes: [
      { name: 'node-a', canary: true, state: 'Probing', message: '', since: '2026-11-21T08:00:04.000Z' },
      { name: 'node-b', canary: false, state: 'Waiting', message: '', since: '2026-11-21T08:00:00.000Z' },
    ],
  },
};
