import type { Pod, PodCreate } from '@weft/model';
import type { z } from 'zod';
import { system } from './system.ts';

export const POD_CREATE: z.input<typeof PodCreate> = {
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  ports: [{ name: 'http', containerPort: 8080 }],
  runtime: { type: 'echo' },
  terminationGracePeriodSeconds: 30,
};

export const POD: Pod = {
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  node: 'node-a',
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  readinessProbe: null,
  runtime: { type: 'echo' },
  weight: 1,
  terminationGracePeriodSeconds: 30,
  ip: '100.64.0.2',
  mac: '0a:58:64:40:00:02',
  ...system('pod_01k8', 6),
  status: { phase: 'Running', terminatesAt: null, ready: true, conditions: [], netns: 'wf-pod-01k8', interface: 'wf0a1b2c3d4e5f' },
};

export const TERMINATING_POD: Pod = {
  ...POD,
  generation: 2,
  revision: 12,
  status: { ...POD.status, phase: 'Terminating', terminatesAt: '2026-11-21T08:00:30.000Z' },
};
