import { Applied, Apply } from '@weft/model';
import { REQUEST_HEADERS } from '../headers.ts';
import { create } from '../shapes.ts';
import { endpointCreate, endpointUpdate } from './endpoints.ts';
import { namespaceCreate } from './namespaces.ts';
import { podCreate, podDelete } from './pods.ts';
import { serviceCreate, serviceDelete } from './services.ts';

const applying = create({
  id: 'applyCreate',
  path: '/applies',
  tag: 'applies',
  permission: 'apply.write',
  summary: 'Make objects what documents say of them, all or none',
  body: Apply,
  bodyExample: {
    documents: [
      { kind: 'pod', namespace: 'shop', name: 'web-1', labels: { app: 'web' }, ports: [{ containerPort: 8080 }] },
      { kind: 'service', namespace: 'shop', name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    ],
  },
  result: Applied,
  example: {
    documents: [
      { kind: 'pod', id: 'pod_01k8', namespace: 'shop', name: 'web-1', operation: 'podCreate' },
      { kind: 'service', id: 'svc_01k8', namespace: 'shop', name: 'web', operation: 'serviceCreate' },
    ],
  },
});

/** One answer for many objects: it has neither a place nor a version of its own. */
export const applyCreate = {
  ...applying,
  description:
    'In one transaction, in the order given: an object that is not there is created, one that is there becomes like its document, with what is left out at its default; ' +
    'what was allocated for it stays. What `removed` names is deleted with it: services before all documents, which may take over what they held; pods after them, each in the time that it says. All other objects are left alone. Each change is ' +
    'recorded by itself, as a creation, an update or a deletion, under one request id. ' +
    'It needs the permission that each of these would need.',
  requestHeaders: [REQUEST_HEADERS.requestId, REQUEST_HEADERS.idempotencyKey, REQUEST_HEADERS.prefer],
  answer: {
    ...applying.answer,
    status: 200,
    description: 'what became of each document, and of what was to be removed',
    headers: applying.answer.headers.filter((name) => name !== 'Location' && name !== 'ETag'),
  },
  problems: [
    ...new Set([
      ...applying.problems,
      ...namespaceCreate.problems,
      ...serviceCreate.problems,
      ...podCreate.problems,
      ...endpointCreate.problems,
      ...[...serviceDelete.problems, ...podDelete.problems].filter((code) => code === 'NotFound'),
      ...endpointUpdate.problems.filter((code) => code === 'InUse'),
    ]),
  ],
} as const;
