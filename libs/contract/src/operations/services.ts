import { Service, ServiceCreate, ServiceUpdate } from '@weft/model';
import { SERVICE, SERVICE_CREATE } from '../examples/services.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'services';

/** What can stand in the way of giving a service what it asks for. */
const ALLOCATION = [
  'AddressTaken',
  'AddressOutsidePool',
  'PoolExhausted',
  'QuotaExceeded',
  'NodePortTaken',
  'NodePortsExhausted',
  'BackendUnsupported',
] as const;

export const serviceList = listOrWatch({
  id: 'serviceList',
  path: '/services',
  tag,
  permission: 'service.read',
  summary: 'List or watch services',
  filters: { name: FILTERS.name, namespace: FILTERS.namespace, labelSelector: FILTERS.labelSelector },
  result: listOf(Service, 'ServiceList'),
  event: watchEventOf(Service, 'ServiceEvent'),
});

export const serviceCreate = create({
  id: 'serviceCreate',
  path: '/services',
  tag,
  permission: 'service.write',
  summary: 'Create a service',
  body: ServiceCreate,
  bodyExample: SERVICE_CREATE,
  result: Service,
  example: SERVICE,
  problems: ['NotFound', 'NameTaken', ...ALLOCATION],
});

export const serviceView = view({
  id: 'serviceView',
  path: '/services/{id}',
  tag,
  permission: 'service.read',
  summary: 'Show a service',
  kind: 'service',
  result: Service,
  example: SERVICE,
});

export const serviceUpdate = update({
  id: 'serviceUpdate',
  path: '/services/{id}',
  tag,
  permission: 'service.write',
  summary: 'Change a service',
  params: objectOf('service'),
  body: ServiceUpdate,
  bodyExample: { sessionAffinity: 'ClientIP', sessionAffinityTimeoutSeconds: 600 },
  result: Service,
  problems: ALLOCATION,
});

export const serviceDelete = remove({
  id: 'serviceDelete',
  path: '/services/{id}',
  tag,
  permission: 'service.write',
  summary: 'Delete a service and its endpoints',
  kind: 'service',
});
