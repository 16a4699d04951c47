import { Rollback, RollbackCreate } from '@weft/model';
import { REQUEST_HEADERS } from '../headers.ts';
import { create } from '../shapes.ts';

const rollback = create({
  id: 'rollbackCreate',
  path: '/rollbacks',
  tag: 'history',
  permission: 'rollback.write',
  summary: 'Bring objects back to what they were',
  body: RollbackCreate,
  bodyExample: { toTime: '2026-11-21T08:00:00Z', selection: { namespace: 'shop', deleteNewer: true } },
  result: Rollback,
  example: {
    toRevision: 41,
    undoRevision: 57,
    changes: [
      { action: 'created', kind: 'service', id: 'svc_01k9', namespace: 'shop', name: 'web' },
      { action: 'updated', kind: 'pod', id: 'pod_01k8', namespace: 'shop', name: 'web-1' },
    ],
  },
  problems: [
    ...['BadRequest', 'Expired', 'AddressTaken', 'AddressOutsidePool', 'NodePortTaken', 'NodePortsExhausted', 'PoolExhausted'],
    ...['QuotaExceeded', 'InUse', 'NameTaken', 'BackendUnsupported', 'LinkUnsupported', 'NoNodeAvailable', 'NotFound'],
  ] as const,
});

/** One answer for many objects: it has neither a place nor a version of its own. */
export const rollbackCreate = {
  ...rollback,
  description:
    'Each object gets the spec it had, in one transaction, with a revision and a record of its own under one request id. What was deleted is created again, with the address it had: nobody else gets that ' +
    'while it is kept back, and when somebody has it since the answer is 409. What was made since stays, unless selection.deleteNewer says otherwise. Either all objects come back or none: the errors then name every ' +
    'one that cannot. Plan it with dryRun=plan; take it back with another to undoRevision.',
  answer: {
    ...rollback.answer,
    status: 200,
    description: 'what was done',
    headers: ['Idempotency-Replayed', 'Weft-Operation', 'Weft-Revision', 'Preference-Applied'],
  },
  requestHeaders: [REQUEST_HEADERS.requestId, REQUEST_HEADERS.idempotencyKey, REQUEST_HEADERS.prefer],
} as const;
