import { DriftEvent, NodeDriftReport, NodeDriftReportAnswer } from '@weft/model';
import { DRIFT_EVENT, DRIFT_REPORT } from '../examples/drift.ts';
import { FILTERS, listOf } from '../lists.ts';
import { list, put, view } from '../shapes.ts';

export const driftEventList = list({
  id: 'driftEventList',
  path: '/drift-events',
  tag: 'history',
  permission: 'drift.read',
  summary: 'List changes that others made on nodes to what is ours, newest first',
  filters: { node: FILTERS.node, since: FILTERS.since, until: FILTERS.until },
  result: listOf(DriftEvent, 'DriftEventList'),
});

export const driftEventView = view({
  id: 'driftEventView',
  path: '/drift-events/{id}',
  tag: 'history',
  permission: 'drift.read',
  summary: 'Show what somebody else changed on a node, who it was where the kernel says it, and what became of it',
  kind: 'drift',
  result: DriftEvent,
  example: DRIFT_EVENT,
  etag: false,
});

export const nodeAgentDriftReport = put({
  id: 'nodeAgentDriftReport',
  path: '/node-agent/drift',
  tag: 'node-agent',
  permission: 'node-agent.act',
  summary: 'Tell of changes that others made on the node',
  body: NodeDriftReport,
  bodyExample: DRIFT_REPORT,
  result: NodeDriftReportAnswer,
  problems: ['StaleSession'],
});
