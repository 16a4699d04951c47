import { GRACE_MAX_SECONDS, Pod, PodCreate, PodUpdate } from '@weft/model';
import { z } from 'zod';
import { POD, POD_CREATE, TERMINATING_POD } from '../examples/pods.ts';
import { FILTERS, listOf, watchEventOf, wholeNumber } from '../lists.ts';
import { create, listOrWatch, objectOf, removeInTime, update, view } from '../shapes.ts';

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
  problems: ['NotFound', 'NameTaken', 'AddressTaken', 'AddressOutsidePool', 'PoolExhausted', 'NoNodeAvailable', 'QuotaExceeded'],
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

export const podDelete = removeInTime({
  id: 'podDelete',
  path: '/pods/{id}',
  tag,
  permission: 'pod.write',
  summary: 'Delete a pod',
  description:
    'A pod with a grace period goes into phase Terminating: it stays wired, services send it nothing new as long as they have another ready endpoint, ' +
    'and it is gone when the period is over, or at once when it is deleted again with gracePeriodSeconds=0. A period can be shortened, not prolonged.',
  kind: 'pod',
  query: z.strictObject({
    gracePeriodSeconds: wholeNumber(0, GRACE_MAX_SECONDS)
      .optional()
      .describe('how long the pod may take to go, in seconds; omitted: its own terminationGracePeriodSeconds'),
  }),
  result: Pod,
  example: TERMINATING_POD,
});
