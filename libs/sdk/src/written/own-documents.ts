import type { Document } from './documents.ts';
import { isManifest, translateManifest } from './kubernetes.ts';

/** Fields that the system adds to objects, by kind: they are in what `weft get -o yaml` prints, and nobody's to ask for. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  namespace: [],
  service: [],
  pod: ['mac'],
  endpoint: ['pod', 'conditions', 'withdrawn'],
};
const ADDED_TO_ALL = ['id', 'generation', 'revision', 'createdAt', 'updatedAt', 'status'];

/** An object as `weft get -o yaml` printed it, as the document that asks for it. */
function asked(document: Document): Document {
  if (!('id' in document)) return document;
  const added = [...ADDED_TO_ALL, ...(ADDED[`${document.kind}`] ?? [])];
  return Object.fromEntries(Object.entries(document).filter(([name]) => !added.includes(name)));
}

/** Documents of ours, with what of them has no meaning here. */
export interface OwnDocuments {
  readonly documents: readonly Document[];
  readonly leftOut: readonly string[];
}

const isList = (document: Document): document is { readonly items: readonly Document[] } =>
  document.kind === undefined && document.apiVersion === undefined && Array.isArray(document.items);

/** What was written down as documents of ours: manifests of Kubernetes are translated, and lists that `weft get` printed unpacked. Throws UnreadableError. */
export function ownDocuments(written: readonly Document[]): OwnDocuments {
  const each = written.flatMap((document) => (isList(document) ? document.items : [document]));
  const all = each.flatMap((document) =>
    isManifest(document) ? translateManifest(document) : [{ document: asked(document), leftOut: [] }],
  );
  return { documents: all.map(({ document }) => document), leftOut: all.flatMap(({ leftOut }) => leftOut) };
}
