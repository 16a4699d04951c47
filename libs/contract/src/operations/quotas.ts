import { Quota, QuotaUpdate } from '@weft/model';
import { QUOTA } from '../examples/access.ts';
import { objectOf, update, view } from '../shapes.ts';

const tag = 'namespaces';

export const quotaView = view({
  id: 'quotaView',
  path: '/namespaces/{id}/quota',
  tag,
  permission: 'quota.read',
  summary: 'Show how much a namespace may hold, and holds',
  kind: 'namespace',
  result: Quota,
  example: QUOTA,
});

export const quotaUpdate = update({
  id: 'quotaUpdate',
  path: '/namespaces/{id}/quota',
  tag,
  permission: 'quota.write',
  summary: 'Change how much a namespace may hold',
  params: objectOf('namespace'),
  body: QuotaUpdate,
  bodyExample: { limits: { pods: 100, nodePorts: 0 } },
  result: Quota,
});
