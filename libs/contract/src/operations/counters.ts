import { CountersReport, CountersReportAnswer, ServiceCounters } from '@weft/model';
import { COUNTERS_REPORT, SERVICE_COUNTERS } from '../examples/counters.ts';
import { put, view } from '../shapes.ts';

export const serviceTrafficView = view({
  id: 'serviceTrafficView',
  path: '/services/{id}/traffic',
  tag: 'services',
  permission: 'service.read',
  summary: 'Show what went to a service',
  description: 'Each node says every few seconds what it has counted; a node that goes takes its counts with it.',
  kind: 'service',
  result: ServiceCounters,
  example: SERVICE_COUNTERS,
  etag: false,
});

export const nodeAgentCountersReport = put({
  id: 'nodeAgentCountersReport',
  path: '/node-agent/counters',
  tag: 'node-agent',
  permission: 'node-agent.act',
  summary: 'Tell which counters of services have changed',
  body: CountersReport,
  bodyExample: COUNTERS_REPORT,
  result: CountersReportAnswer,
  problems: ['StaleSession'],
});
