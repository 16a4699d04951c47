import { AuditEvent, DnsLabel, Operation, Receipt } from '@weft/model';
import { FILTERS, listOf } from '../lists.ts';
import { lines, list, view } from '../shapes.ts';

const tag = 'history';
const recorded = { requestId: FILTERS.requestId, since: FILTERS.since, until: FILTERS.until };

const AUDIT_FILTERS = {
  ...recorded,
  object: FILTERS.object,
  actor: FILTERS.actor,
  operation: FILTERS.operation,
  node: DnsLabel.optional().describe('only changes that the node of this name had to know of'),
} as const;

const RECEIPT_FILTERS = {
  ...recorded,
  node: FILTERS.node,
  object: FILTERS.object.describe('only what carried a change of the object of this id'),
  actor: FILTERS.actor.describe('only what carried a change that the user or node of this name asked for'),
  outcome: Receipt.shape.outcome.optional().describe('only applies that ended so'),
  cause: Receipt.shape.cause.optional().describe('only applies for this reason'),
} as const;

export const operationList = list({
  id: 'operationList',
  path: '/operations',
  tag,
  permission: 'operation.read',
  summary: 'List operations, newest first',
  filters: { ...recorded, object: FILTERS.object },
  result: listOf(Operation, 'OperationList'),
});

export const operationView = view({
  id: 'operationView',
  path: '/operations/{id}',
  tag,
  permission: 'operation.read',
  summary: 'Show how far a change has come',
  kind: 'operation',
  result: Operation,
  etag: false,
});

export const auditEventList = list({
  id: 'auditEventList',
  path: '/audit-events',
  tag,
  permission: 'audit.read',
  summary: 'List who asked for what, newest first',
  filters: AUDIT_FILTERS,
  result: listOf(AuditEvent, 'AuditEventList'),
});

const EXPORTED =
  'As fast as they are read, however many there are: nothing is collected before it is sent. An answer that breaks off was not all.';

export const auditEventExport = lines({
  id: 'auditEventExport',
  path: '/audit-events/export',
  tag,
  permission: 'audit.export',
  summary: 'Export who asked for what, newest first',
  description: EXPORTED,
  filters: AUDIT_FILTERS,
  line: AuditEvent,
});

export const receiptExport = lines({
  id: 'receiptExport',
  path: '/receipts/export',
  tag,
  permission: 'receipt.export',
  summary: 'Export what was done on the nodes, newest first',
  description: EXPORTED,
  filters: RECEIPT_FILTERS,
  line: Receipt,
});

export const receiptList = list({
  id: 'receiptList',
  path: '/receipts',
  tag,
  permission: 'receipt.read',
  summary: 'List what was done on the nodes, newest first',
  filters: RECEIPT_FILTERS,
  result: listOf(Receipt, 'ReceiptList'),
});

export const receiptView = view({
  id: 'receiptView',
  path: '/receipts/{id}',
  tag,
  permission: 'receipt.read',
  summary: 'Show one apply on a node: the exact commands and what came back',
  kind: 'receipt',
  result: Receipt,
  etag: false,
});
