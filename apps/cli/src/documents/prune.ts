import { createClient, type Document, type WeftClient } from '@weft/sdk';
import type { RemovedObject, Wanted } from '../api/apply-api.ts';
import { findAccess } from '../api/connect.ts';
import { kindsOf } from '../kinds/all-kinds.ts';
import { find } from '../objects/find.ts';
import { UserError } from '../user-error.ts';
import { type Loading, loadDocuments } from './load-documents.ts';

/** Kinds whose objects are pruned. Namespaces are not: with one goes all that is in it. */
const PRUNED = 'svc,po';

const labelsOf = ({ labels }: Document) => (labels ?? {}) as Readonly<Record<string, string>>;

/** The namespaces that documents are in. */
const namespacesOf = (documents: readonly Document[]): string[] => [
  ...new Set(documents.filter(({ kind }) => kind !== 'namespace').map(({ namespace }) => `${namespace ?? 'default'}`)),
];

const keyOf = (kind: unknown, namespace: unknown, name: unknown) => `${kind} ${namespace ?? 'default'} ${name}`;

/**
 * Services and pods in the namespaces of documents that a selector chooses and no document is about.
 *
 * @throws UserError when a service or pod of the documents has no labels at all, so that the selector cannot be meant for it, and for more of them than go at
 *   once
 */
async function toBePruned(client: WeftClient, documents: readonly Document[], selector: string): Promise<RemovedObject[]> {
  const bare = documents.find(
    (document) => ['service', 'pod'].includes(`${document.kind}`) && Object.keys(labelsOf(document)).length === 0,
  );
  if (bare !== undefined) throw new UserError(`${bare.kind} ${bare.name} has no labels: --prune needs those of --selector on all of them`);
  const kept = new Set(documents.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)));
  const pruned: RemovedObject[] = [];
  for (const namespace of namespacesOf(documents))
    for await (const found of find(client, { every: kindsOf(PRUNED) }, { namespace, selector }))
      if (!kept.has(keyOf(found.kind.name, found.object.namespace, found.object.name)))
        pruned.push({ kind: found.kind.name, namespace: found.object.namespace, name: found.object.name } as RemovedObject);
  // Only who prunes waits for the model to be loaded.
  const { APPLY_DOCUMENTS_MAX } = await import('@weft/model');
  if (pruned.length > APPLY_DOCUMENTS_MAX)
    throw new UserError(
      `${pruned.length} services and pods have these labels and no document, and ${APPLY_DOCUMENTS_MAX} can be pruned at once: choose fewer by --selector, or take them away by weft delete first`,
    );
  return pruned;
}

/** What is loaded, and whether what has labels and no document goes with it. */
export interface Pruning extends Loading {
  readonly prune: boolean;
  readonly selector?: string;
}

/**
 * The documents of files, and what is to be pruned. Throws UserError, also when only one of --prune and --selector was given: what is pruned is chosen by
 * labels, and nothing else is.
 */
export async function wantedBy(options: Pruning): Promise<Wanted> {
  const { state, prune, selector } = options;
  if (prune !== (selector !== undefined))
    throw new UserError('--prune and --selector go together: what has these labels and no document is deleted');
  const documents = await loadDocuments(options);
  if (selector === undefined) return { documents, removed: [] };
  return { documents, removed: await toBePruned(createClient(await findAccess(state)), documents, selector) };
}
