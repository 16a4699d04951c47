import { type Id, type Labels, type Namespace } from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { NamespaceModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

/** A row as the API shows it. */
export function namespaceOf(row: NamespaceModel): Namespace {
  return { id: row.id as Id<'namespace'>, name: row.name, labels: row.labels as Labels, ...systemFields(row) };
}

export function namespaceVersion(type: Version['type'], object: Namespace): Version {
  return { kind: 'namespace', type, id: object.id, namespace: null, nodeId: null, dataplaneRevision: null, object };
}

export function aboutNamespace({ id, name }: { readonly id: string; readonly name: string }) {
  return { kind: 'namespace', id, namespace: null, name };
}
