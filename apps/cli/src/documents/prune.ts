import type { WeftClient } from '@weft/sdk';
import { kindsOf } from '../kinds/all-kinds.ts';
import { type Found, find } from '../objects/find.ts';
import { UserError } from '../user-error.ts';
import type { Document } from './read-documents.ts';

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
 * @throws UserError when a service or pod of the documents has no labels at all, so that the selector cannot be meant for it
 */
export async function toBePruned(client: WeftClient, documents: readonly Document[], selector: string): Promise<Found[]> {
  const bare = documents.find(
    (document) => ['service', 'pod'].includes(`${document.kind}`) && Object.keys(labelsOf(document)).length === 0,
  );
  if (bare !== undefined) throw new UserError(`${bare.kind} ${bare.name} has no labels: --prune needs those of --selector on all of them`);
  const kept = new Set(documents.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)));
  const pruned: Found[] = [];
  for (const namespace of namespacesOf(documents))
    for await (const found of find(client, { every: kindsOf(PRUNED) }, { namespace, selector }))
      if (!kept.has(keyOf(found.kind.name, found.object.namespace, found.object.name))) pruned.push(found);
  return pruned;
}
