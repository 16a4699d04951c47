import type { Document } from './documents.ts';
import { Fields } from './kubernetes-fields.ts';
import { podFields } from './kubernetes-pod.ts';
import { said, serviceFields } from './kubernetes-service.ts';
import { UnreadableError } from './unreadable-error.ts';

/** A manifest of Kubernetes as a document of ours, and what of it has no meaning here. */
export interface Translated {
  readonly document: Document;
  /** `Service web: spec.ports[0].appProtocol`. */
  readonly leftOut: readonly string[];
}

/** A namespace has nothing but its name and labels; the finalizer `kubernetes` is a server's. */
function noFields(spec: Fields): Record<string, unknown> {
  spec.takeWhen('finalizers', '["kubernetes"]');
  return {};
}

/** The kinds of manifests that can be applied, by `apiVersion/kind`. */
const KINDS: Readonly<
  Record<string, { readonly kind: string; readonly namespaced: boolean; fields(spec: Fields): Record<string, unknown> }>
> = {
  'v1/Service': { kind: 'service', namespaced: true, fields: serviceFields },
  'v1/Pod': { kind: 'pod', namespaced: true, fields: podFields },
  'v1/Namespace': { kind: 'namespace', namespaced: false, fields: noFields },
};

/** What a server of Kubernetes adds to an object: nobody asked for it. */
const ADDED = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];

/** True for a document that is a manifest of Kubernetes. */
export const isManifest = (document: Document): boolean => typeof document.apiVersion === 'string';

/** The manifests of a List, or the one that it is. */
const unpacked = (manifest: Document): Document[] =>
  manifest.kind === 'List' && Array.isArray(manifest.items) ? manifest.items.flatMap(unpacked) : [manifest];

function translateOne(manifest: Document): Translated {
  const root = new Fields(manifest);
  const [version, word] = [root.take('apiVersion'), root.take('kind')];
  const known = KINDS[`${version}/${word}`];
  const metadata = root.part('metadata');
  const [name, namespace] = [metadata.take('name'), metadata.take('namespace')];
  if (known === undefined)
    throw new UnreadableError(`${word} (${version}) is nothing that weft has: of Kubernetes it takes ${Object.keys(KINDS).join(', ')}`);
  if (typeof name !== 'string') throw new UnreadableError(`a ${word} has no metadata.name; names are not generated here`);
  for (const added of ADDED) metadata.take(added);
  root.take('status');
  const document = said({
    kind: known.kind,
    name,
    namespace: known.namespaced ? namespace : undefined,
    labels: metadata.take('labels'),
    ...known.fields(root.part('spec')),
  });
  return { document, leftOut: root.leftovers().map((path) => `${word} ${name}: ${path}`) };
}

/** Manifests of Kubernetes as documents of ours. Throws UnreadableError for one of another kind. */
export const translateManifest = (manifest: Document): Translated[] => unpacked(manifest).map(translateOne);
