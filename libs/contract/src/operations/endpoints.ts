import { Endpoint, EndpointCreate, EndpointUpdate } from '@weft/model';
import { ENDPOINT, ENDPOINT_CREATE } from '../examples/endpoints.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'endpoints';

export const endpointList = listOrWatch({
  id: 'endpointList',
  path: '/endpoints',
  tag,
  permission: 'endpoint.read',
  summary: 'List or watch endpoints',
  filters: { namespace: FILTERS.namespace, service: FILTERS.service, node: FILTERS.node },
  result: listOf(Endpoint, 'EndpointList'),
  event: watchEventOf(Endpoint, 'EndpointEvent'),
});

export const endpointCreate = create({
  id: 'endpointCreate',
  path: '/endpoints',
  tag,
  permission: 'endpoint.write',
  summary: 'Add an endpoint to a service without a selector',
  body: EndpointCreate,
  bodyExample: ENDPOINT_CREATE,
  result: Endpoint,
  example: ENDPOINT,
  problems: ['NotFound', 'NameTaken', 'AddressOutsidePool', 'QuotaExceeded'],
});

export const endpointView = view({
  id: 'endpointView',
  path: '/endpoints/{id}',
  tag,
  permission: 'endpoint.read',
  summary: 'Show an endpoint',
  kind: 'endpoint',
  result: Endpoint,
  example: ENDPOINT,
});

export const endpointUpdate = update({
  id: 'endpointUpdate',
  path: '/endpoints/{id}',
  tag,
  permission: 'endpoint.write',
  summary: 'Change an endpoint that is managed by hand',
  params: objectOf('endpoint'),
  body: EndpointUpdate,
  bodyExample: { weight: 0 },
  result: Endpoint,
  problems: ['InUse'],
});

export const endpointDelete = remove({
  id: 'endpointDelete',
  path: '/endpoints/{id}',
  tag,
  permission: 'endpoint.write',
  summary: 'Delete an endpoint that is managed by hand',
  kind: 'endpoint',
  problems: ['InUse'],
});
