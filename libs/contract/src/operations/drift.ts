import { DriftEvent, NodeDriftReport, NodeDriftReportAnswer } from '@weft/model';
import { z } from 'zod';
import type { OperationDefinition } from '../definition.ts';
import { DRIFT_EVENT, DRIFT_REPORT } from '../examples/drift.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { listOrWatch, put, view } from '../shapes.ts';

const listing = listOrWatch({
  id: 'driftEventList',
  path: '/drift-events',
  tag: 'history',
  permission: 'drift.read',
  summary: 'List changes that others made on nodes to what is ours, newest first, or watch them',
  filters: { node: FILTERS.node, until: FILTERS.until },
  result: listOf(DriftEvent, 'DriftEventList'),
  event: watchEventOf(DriftEvent, 'DriftEventEvent'),
});

/** `since` is a time here, as in other records of what happened, and no position. */
export const driftEventList = {
  ...listing,
  description:
    'With watch=true the answer is a stream of server-sent events (HTML Living Standard §9.2): first every event of the list as ADDED, then a BOOKMARK with ' +
    'synced: true, then each that nodes tell as ADDED, and as MODIFIED when more is known of it. Positions, <epoch>.<number>, are of drift events alone; one sent ' +
    'back as Last-Event-ID, the stream goes on after it, with each event as it is known now. since and until choose what it begins with. One of another epoch is ' +
    'answered with 410: start over with a list.',
  query: z.strictObject({ ...listing.query.shape, since: FILTERS.since }),
} satisfies OperationDefinition;

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
