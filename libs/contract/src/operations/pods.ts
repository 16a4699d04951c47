import { Pod, PodCreate, PodUpdate } from '@weft/model';
import { POD, POD_CREATE } from '../examples.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'pods';

export const podList = listOrWatch({
  id: 'podList',
  path: '/pods',
  tag,
  permission: 'pod.read',
  summary: 'List or watch pods',
  filters: { name: FILTERS.name, namespace: FILTERS.namespace, labelSelector: FILTERS.labelSelector, node: FILTERS.node },
  result: listOf(Pod, 'PodList'),
  event: watchEventOf(Pod, 'PodEvent'),
});

export const podCreate = create({
  id: 'podCreate',
  path: '/pods',
  tag,
  permission: 'pod.write',
  summary: 'Create a pod',
  body: PodCreate,
  bodyExample: POD_CREATE,
  result: Pod,
  example: POD,
  problems: ['NotFound', 'NameTaken', 'AddressTaken', 'AddressOutsidePool', 'PoolExhausted', 'NoNodeAvailable'],
});

export const podView = view({
  id: 'podView',
  path: '/pods/{id}',
  tag,
  permission: 'pod.read',
  summary: 'Show a pod',
  kind: 'pod',
  result: Pod,
  example: POD,
});

export const podUpdate = update({
  id: 'podUpdate',
  path: '/pods/{id}',
  tag,
  permission: 'pod.write',
  summary: "Change a pod's labels, ports or probe",
  params: objectOf('pod'),
  body: PodUpdate,
  bodyExample: { labels: { tier: 'canary' } },
  result: Pod,
});

export const podDelete = remove({
  id: 'podDelete',
  path: '/pods/{id}',
  tag,
  permission: 'pod.write',
  summary: 'Delete a pod',
  kind: 'pod',
});
