import { type Document, ownDocuments } from '@weft/sdk';
import { chosenNamespace } from '../context/namespace.ts';
import { UserError } from '../user-error.ts';
import { readDocuments } from './read-documents.ts';

/** How files are read. */
export interface Loading {
  readonly file: readonly string[];
  /** The namespace of documents, which none of them may contradict; left out: that of commands, for those that name none. */
  readonly namespace?: string;
  /** The state directory of `--state`, which no context belongs to. */
  readonly state?: string;
  /** Refuse what has no meaning here instead of only naming it. */
  readonly strict: boolean;
}

/** A document with the namespace that it is in. Throws UserError when it is written down in another. */
function placedIn(document: Document, namespace: string | undefined, fallback: string): Document {
  if (document.kind === 'namespace') return document;
  if (namespace === undefined) return document.namespace === undefined ? { ...document, namespace: fallback } : document;
  if (document.namespace !== undefined && document.namespace !== namespace)
    throw new UserError(`${document.kind} ${document.name} is written down in namespace ${document.namespace}, not ${namespace}`);
  return { ...document, namespace };
}

/** The documents of files as the API takes them. What of them has no meaning here is said on standard error. Throws UserError, and the SDK's UnreadableError. */
export async function loadDocuments({ file, namespace, state, strict }: Loading): Promise<readonly Document[]> {
  const { documents, leftOut } = ownDocuments(await readDocuments(file));
  if (leftOut.length > 0 && strict) throw new UserError(`these fields have no meaning here: ${leftOut.join('; ')}`);
  for (const path of leftOut) console.error(`weft: ${path} has no meaning here and is left out`);
  const fallback = await chosenNamespace(state);
  return documents.map((document) => placedIn(document, namespace, fallback));
}
