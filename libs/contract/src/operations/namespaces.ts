import { Namespace, NamespaceCreate, NamespaceUpdate } from '@weft/model';
import { NAMESPACE } from '../examples/namespaces.ts';
import { FILTERS, listOf, watchEventOf } from '../lists.ts';
import { create, listOrWatch, objectOf, remove, update, view } from '../shapes.ts';

const tag = 'namespaces';

export const namespaceList = listOrWatch({
  id: 'namespaceList',
  path: '/namespaces',
  tag,
  permission: 'namespace.read',
  summary: 'List or watch namespaces',
  filters: { name: FILTERS.name, labelSelector: FILTERS.labelSelector },
  result: listOf(Namespace, 'NamespaceList'),
  event: watchEventOf(Namespace, 'NamespaceEvent'),
});

export const namespaceCreate = create({
  id: 'namespaceCreate',
  path: '/namespaces',
  tag,
  permission: 'namespace.write',
  summary: 'Create a namespace',
  body: NamespaceCreate,
  bodyExample: { name: 'shop' },
  result: Namespace,
  example: NAMESPACE,
  problems: ['NameTaken'],
});

export const namespaceView = view({
  id: 'namespaceView',
  path: '/namespaces/{id}',
  tag,
  permission: 'namespace.read',
  summary: 'Show a namespace',
  kind: 'namespace',
  result: Namespace,
  example: NAMESPACE,
});

export const namespaceUpdate = update({
  id: 'namespaceUpdate',
  path: '/namespaces/{id}',
  tag,
  permission: 'namespace.write',
  summary: "Change a namespace's labels",
  params: objectOf('namespace'),
  body: NamespaceUpdate,
  bodyExample: { labels: { team: 'sales' } },
  result: Namespace,
});

export const namespaceDelete = remove({
  id: 'namespaceDelete',
  path: '/namespaces/{id}',
  tag,
  permission: 'namespace.write',
  summary: 'Delete an empty namespace',
  kind: 'namespace',
  problems: ['InUse'],
});
