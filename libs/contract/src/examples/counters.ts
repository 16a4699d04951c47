import type { CountersReport, ServiceCounters } from '@weft/model';

const PORT = { protocol: 'TCP', port: 80, connections: 1_204, packets: 15_652, bytes: 9_810_233 } as const;

export const COUNTERS_REPORT: CountersReport = { session: '5d0c1f8a', counters: [{ service: 'svc_01k8', ...PORT }] };

export const SERVICE_COUNTERS: ServiceCounters = {
  service: 'svc_01k8',
  ports: [PORT],
  nodes: [{ node: 'node-1', reportedAt: '2026-11-21T12:00:00.000Z', ports: [PORT] }],
};
