import type { DriftEvent, DriftReport, NodeDriftReport } from '@weft/model';

const REPORT: DriftReport = {
  id: 'drift_01k8',
  firstAt: '2026-11-21T12:00:00.000Z',
  lastAt: '2026-11-21T12:00:00.000Z',
  count: 1,
  noticedBy: 'nft-monitor',
  process: { pid: 24517, name: 'nft' },
  policy: 'repair',
  outcome: 'repaired',
  settledAt: '2026-11-21T12:00:00.180Z',
  durationMs: 180,
  changes: [
    {
      kind: 'nft',
      object: 'element of map endpoints-1',
      wanted: '198.19.0.7 . tcp . 80 : 100.64.1.3 . 8080',
      found: null,
    },
  ],
  moreChanges: 0,
  message: '',
};

export const DRIFT_EVENT: DriftEvent = { ...REPORT, node: 'node-a', receivedAt: '2026-11-21T12:00:00.240Z' };

export const DRIFT_REPORT: NodeDriftReport = { session: '5d0c1f8a', standing: 0, events: [REPORT] };
