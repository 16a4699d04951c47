import type { Trace } from '@weft/model';
import { REACHABILITY } from './reachability.ts';

export const TRACE: Trace = {
  id: 'trace_01k8',
  createdAt: '2026-11-21T10:00:00.000Z',
  from: { pod: 'shop/basket' },
  to: { service: 'shop/web' },
  protocol: 'TCP',
  port: 80,
  live: false,
  droppedOnly: false,
  timeoutSeconds: 10,
  status: { phase: 'Done', verdict: 'reachable', why: null, hops: REACHABILITY.paths[0]?.there ?? [], notes: [] },
};
